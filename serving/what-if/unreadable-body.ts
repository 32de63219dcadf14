/** What is wrong at one place of a body. */
export interface BodyError {
  /** As a program would write it; empty for the whole. */
  readonly parameter: string;
  /** A clause after the place: what is wrong, or what should stand there. */
  readonly detail: string;
}

/** A body that nothing can be scored from. */
export class UnreadableBody extends Error {
  readonly errors: readonly BodyError[];

  constructor(errors: readonly BodyError[]) {
    super(errors.map(({ parameter, detail }) => `${parameter} ${detail}`).join('; '));
    this.errors = errors;
  }
}
