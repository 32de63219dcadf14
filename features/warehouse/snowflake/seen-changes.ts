/** A change follows its mark within this time; what is read meanwhile may be from before it. */
const UNSETTLED_MILLISECONDS = 10 * 60_000;
/** Read all the same after so long. */
const KEPT_MILLISECONDS = 6 * 3600_000;

/** A value read from a table, for as long as the mark that every change leaves beforehand stays what it is. */
export class SeenChanges<Value> {
  readonly #now: () => number;
  #mark: { readonly text: string; readonly since: number } | undefined;
  #kept: { readonly value: Value; readonly at: number } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is kept, where the mark is an old one; undefined where the value has to be read. */
  under(mark: string): Value | undefined {
    const now = this.#now();
    if (this.#mark?.text !== mark) {
      this.#mark = { text: mark, since: now };
      this.#kept = undefined;
    }
    if (this.#kept === undefined || now - this.#kept.at > KEPT_MILLISECONDS) return undefined;
    return this.#kept.value;
  }

  /** Keeps a value that was read after the mark was looked at. */
  keep(value: Value): void {
    const now = this.#now();
    if (this.#mark !== undefined && now - this.#mark.since >= UNSETTLED_MILLISECONDS)
      this.#kept = { value, at: now };
  }
}
