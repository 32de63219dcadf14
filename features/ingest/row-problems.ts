import { BadInput } from '../contract/failure.ts';

const SHOWN_PER_REASON = 3;

interface Reason {
  count: number;
  readonly examples: string[];
}

/** Unusable rows of a file, counted by reason, with the first rows of each. */
export class RowProblems {
  readonly #reasons = new Map<string, Reason>();

  get isEmpty(): boolean {
    return this.#reasons.size === 0;
  }

  /** @param value What the file has there; null when nothing. */
  add(reason: string, row: number, value: string | null, more = ''): void {
    const known = this.#reasons.get(reason) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < SHOWN_PER_REASON)
      known.examples.push(value === null ? `row ${row}` : `row ${row}: "${value}"${more}`);
    this.#reasons.set(reason, known);
  }

  /** @throws BadInput when there is any */
  refuse(file: string): void {
    if (this.isEmpty) return;
    const total = [...this.#reasons.values()].reduce((sum, { count }) => sum + count, 0);
    const listed = [...this.#reasons].map(
      ([reason, { count, examples }]) =>
        `${count} × ${reason} (${examples.join('; ')}${count > examples.length ? '; …' : ''})`,
    );
    throw new BadInput({
      where: file,
      what: `${total} ${total === 1 ? 'row is' : 'rows are'} unusable and nothing was imported: ${listed.join(', ')}`,
      remedy: 'fix or remove them, then import the file again',
    });
  }
}
