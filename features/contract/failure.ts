/** Exit statuses of the `churn` command. */
export type FailureExitCode = 1 | 2 | 3;

export interface FailureDetail {
  /** What went wrong, as a clause: "column event_time is missing". */
  readonly what: string;
  /** The file, table, model or option it happened in. */
  readonly where: string;
  /** What the reader does next, as an imperative: "add --map event_time=<your column>". */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * A failure that a person reads. Its message is one sentence: where, what, what to do about it.
 * Everything else that is thrown is a defect and keeps its stack.
 */
export abstract class Failure extends Error {
  abstract readonly exitCode: FailureExitCode;
  readonly what: string;
  readonly where: string;
  readonly remedy: string;

  constructor({ what, where, remedy, cause }: FailureDetail) {
    super(`${where}: ${what}; ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }
}

/** The first line of what anything that was thrown says. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}

/** The caller gave something unusable: a file, an option, a table. */
export class BadInput extends Failure {
  override readonly exitCode = 2;
}

/** A quality gate said no; the data is readable but not fit to act on. */
export class GateRefused extends Failure {
  override readonly exitCode = 3;
}

/** The platform underneath failed: disk, warehouse, registry. Worth a retry or a page. */
export class OperationFailed extends Failure {
  override readonly exitCode = 1;
}
