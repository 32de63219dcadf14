import { OperationFailed, reasonOf } from '../../contract/failure.ts';

/** What the engine says of a file whose bytes are not what it wrote. */
const DAMAGE =
  /not a valid DuckDB database|checksum|Corrupt|corrupt|Failed to load metadata|Serialization Error|Could not read enough bytes|replaying WAL|database has been invalidated/;

/** Errors of these kinds repeat values and names, which may hold any word. */
const SAYS_WHAT_WAS_GIVEN = /^(?:\w+: )?(?:Constraint|Conversion|Binder|Catalog|Parser|Invalid Input) Error/;

export function isDamage(message: string): boolean {
  return DAMAGE.test(message) && !SAYS_WHAT_WAS_GIVEN.test(message);
}

export function damaged(file: string, cause: unknown): OperationFailed {
  return new OperationFailed({
    where: file,
    what: `the warehouse is damaged (${reasonOf(cause)})`,
    remedy:
      'restore it with `churn restore --from FOLDER --replace`; without a back-up, move the file away and import again (docs/runbook.md)',
    cause,
  });
}
