import { BadInput } from '../contract/failure.ts';
import type { TableFile } from '../files/table-file.ts';

const SHOWN_PER_REASON = 3;
const SHOWN_LENGTH = 80;
/** So many unusable rows are set aside in a file of any size, as long as half of it is usable. */
const HANDFUL = 10;
/** Beyond a handful, a larger share is no accident of single rows: the file or its columns are not what was thought. */
const MOST_SHARE = 0.05;

/** More rows than that are not held in memory, and never set aside. */
const MOST_ROWS = 1_000_000;

/** Unusable rows of a file that share a reason. */
export interface RowProblem {
  /** "event_time is not a time" */
  readonly reason: string;
  readonly rows: number;
  /** The first of them, as `row 3: "yesterday"`. */
  readonly examples: readonly string[];
}

/** Unusable rows of a file, counted by reason, with the first rows of each. */
export class RowProblems {
  readonly #reasons = new Map<string, { rows: number; readonly examples: string[] }>();
  readonly #reasonOf = new Map<number, string>();
  #rows = 0;

  get isEmpty(): boolean {
    return this.#reasons.size === 0;
  }

  /** Every unusable row by its number, with its first reason. */
  get reasonByRow(): ReadonlyMap<number, string> {
    return this.#reasonOf;
  }

  /** By reason, in the order found. */
  get summary(): readonly RowProblem[] {
    return Array.from(this.#reasons, ([reason, { rows, examples }]) => ({ reason, rows, examples }));
  }

  /**
   * A row that has a reason already keeps it.
   *
   * @param value What the file has there; null when nothing.
   */
  add(reason: string, row: number, value: string | null, more = ''): void {
    if (this.#reasonOf.has(row)) return;
    this.#rows++;
    if (this.#reasonOf.size < MOST_ROWS) this.#reasonOf.set(row, reason);
    const known = this.#reasons.get(reason) ?? { rows: 0, examples: [] };
    known.rows++;
    if (known.examples.length < SHOWN_PER_REASON)
      known.examples.push(value === null ? `row ${row}` : `row ${row}: "${value}"${more}`);
    this.#reasons.set(reason, known);
  }

  /** @throws BadInput when there is any */
  refuse(file: string): void {
    if (this.isEmpty) return;
    const total = this.#rows;
    throw new BadInput({
      where: file,
      what: `${total} ${total === 1 ? 'row is' : 'rows are'} unusable and nothing was imported: ${describeProblems(this.summary)}`,
      remedy: 'fix or remove them, then import the file again',
    });
  }

  /** @throws BadInput when there are so many that the file as a whole is in doubt */
  refuseMost(file: string, usableRows: number): void {
    const unusable = this.#rows;
    const allowed = Math.min(MOST_ROWS, Math.max(HANDFUL, MOST_SHARE * (usableRows + unusable)));
    if (unusable > allowed || unusable > usableRows) this.refuse(file);
  }
}

/** The lines of a file that are no rows. Nothing else is known of them, since no field can be told from another. */
export function raggedProblems({ ragged, columns }: TableFile): RowProblems {
  const problems = new RowProblems();
  for (const { row, line, fieldCount, text } of ragged)
    problems.add(
      `${fieldCount === 1 ? '1 field' : `${fieldCount} fields`} where the header has ${columns.length}`,
      row,
      text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text,
      `, line ${line}`,
    );
  return problems;
}

/** @example describeProblems(summary) // '2 × event_time is not a time (row 3: "yesterday"; row 7: "soon")' */
export function describeProblems(summary: readonly RowProblem[]): string {
  return summary
    .map(
      ({ reason, rows, examples }) =>
        `${rows} × ${reason} (${examples.join('; ')}${rows > examples.length ? '; …' : ''})`,
    )
    .join(', ');
}
