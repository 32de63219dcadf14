import type { FailureExitCode } from '../../features/contract/failure.ts';
import type { RowsWritten, RunStatus } from '../scores-mart/score-runs.ts';
import type { TenantOutcome } from './tenant-outcome.ts';

export interface NightReport {
  readonly runId: string;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly exitCode: 0 | FailureExitCode;
  readonly tenantsByStatus: Readonly<Record<RunStatus, number>>;
  readonly rowsRead: number;
  readonly rowsScored: number;
  readonly rowsWritten: RowsWritten;
  readonly tenants: readonly TenantOutcome[];
}

/** @param seconds Wall-clock duration of the night. */
export function reportNight(
  runId: string,
  startedAt: Date,
  seconds: number,
  tenants: readonly TenantOutcome[],
): NightReport {
  const tenantsByStatus: Record<RunStatus, number> = { running: 0, succeeded: 0, failed: 0, refused: 0 };
  const rowsWritten = { inserted: 0, revised: 0, unchanged: 0, withdrawn: 0 };
  let rowsRead = 0;
  let rowsScored = 0;
  for (const { run } of tenants) {
    tenantsByStatus[run.status] += 1;
    rowsRead += run.rowsRead;
    rowsScored += run.rowsScored;
    rowsWritten.inserted += run.rowsWritten?.inserted ?? 0;
    rowsWritten.revised += run.rowsWritten?.revised ?? 0;
    rowsWritten.unchanged += run.rowsWritten?.unchanged ?? 0;
    rowsWritten.withdrawn += run.rowsWritten?.withdrawn ?? 0;
  }
  const exitCode = nightExitCode(tenants);
  return { runId, startedAt, seconds, exitCode, tenantsByStatus, rowsRead, rowsScored, rowsWritten, tenants };
}

/** A failure outweighs a refused gate, which outweighs bad input. A night that scored no tenant is no success. */
export function nightExitCode(tenants: readonly TenantOutcome[]): 0 | FailureExitCode {
  const nobodyScored = !tenants.some(({ run }) => run.status === 'succeeded');
  const codes = tenants.filter(({ isSkipped }) => !isSkipped || nobodyScored).map(({ exitCode }) => exitCode);
  if (codes.includes(1)) return 1;
  if (codes.includes(3)) return 3;
  if (codes.includes(2)) return 2;
  return 0;
}
