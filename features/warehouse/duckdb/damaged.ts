import { OperationFailed, reasonOf } from '../../contract/failure.ts';

/** What the engine says of a file whose bytes are not what it wrote. */
const DAMAGE =
  /not a valid DuckDB database|checksum|Corrupt|corrupt|Failed to load metadata|Serialization Error|Could not read enough bytes|replaying WAL|database has been invalidated/;

export function isDamage(message: string): boolean {
  return DAMAGE.test(message);
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
