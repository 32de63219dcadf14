/** Runs the writes of one process one after the other; a failed one does not stop the next. */
export class WriteQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(write: () => Promise<Result>): Promise<Result> {
    const done = this.idle().then(write);
    this.#last = done;
    return done;
  }

  /** Resolves when every write so far has ended. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }
}
