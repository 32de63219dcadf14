/** A posted value that is not of the feature's type. */
export class UnreadableValue extends Error {
  /** Where in what was posted, as its form names it. */
  readonly place: string;
  /** A clause after the place: what should stand there. */
  readonly detail: string;

  constructor(place: string, detail: string) {
    super(`${place} ${detail}`);
    this.place = place;
    this.detail = detail;
  }
}
