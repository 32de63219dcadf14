import { type AsOfDate, toEpochDay } from '../../../features/contract/as-of-date.ts';
import type { FailureExitCode } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { OutdatedScores } from '../../../serving/batch/outdated-scores.ts';
import type { ChangedScores, TenantOutcome } from '../../../serving/batch/tenant-outcome.ts';
import type { NightOutcome } from '../../../serving/read-model/last-night.ts';
import type { NightStep } from '../../../serving/scores-mart/night-steps.ts';
import type { RunStatus } from '../../../serving/scores-mart/score-runs.ts';

export interface MissingTenant {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate | null;
  readonly reason: string;
}

/** A tenant's day that was scored again. */
export interface ChangedDay extends ChangedScores {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
}

export interface LateTenant {
  readonly tenantId: TenantId;
  readonly minutes: number;
}

export interface NightlyReport {
  readonly runId: string;
  readonly night: AsOfDate;
  readonly exitCode: 0 | FailureExitCode;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly deadline: Date | null;
  readonly steps: readonly NightStep[];
  readonly landedTenants: number;
  /** Their ids, each once. */
  readonly landed: readonly TenantId[];
  /** Not scored by nature: nobody eligible yet, no model yet, gone by that day. */
  readonly skipped: readonly TenantId[];
  /** Those that ought to have new scores and do not. */
  readonly missing: readonly MissingTenant[];
  /** Scored after the deadline. */
  readonly late: readonly LateTenant[];
  readonly killedRunsClosed: number;
  readonly rowsScored: number;
  readonly tenantsByOutcome: Readonly<Record<NightOutcome, number>>;
  /** Days that had been scored before and have other scores now, with their accounts. */
  readonly changed: readonly ChangedDay[];
  /** Days whose scores late data has overtaken, with their accounts; they stand until the day is scored again. */
  readonly outdated: readonly OutdatedScores[];
  /** The newest day that was scored, and how long before the night it lies; null when nothing was. */
  readonly newest: { readonly asOf: AsOfDate; readonly ageDays: number } | null;
  /** Whether that is older than was asked for. */
  readonly isStale: boolean;
}

/** What is known when a night ends. */
export interface EndedNight
  extends Pick<
    NightlyReport,
    'runId' | 'night' | 'startedAt' | 'finishedAt' | 'deadline' | 'steps' | 'killedRunsClosed' | 'outdated'
  > {
  /** Of the steps. */
  readonly exitCode: 0 | FailureExitCode;
  readonly outcomes: readonly TenantOutcome[];
  /** Tenants that were scored in earlier nights: all of them are missing when this one ended before scoring. */
  readonly scoredBefore: readonly TenantId[];
  /** Scores of an older day fail the gate; null for any age. */
  readonly maximumAgeDays: number | null;
}

export function reportNightly({
  outcomes,
  scoredBefore,
  maximumAgeDays,
  exitCode,
  ...night
}: EndedNight): NightlyReport {
  const newest = newestOf(outcomes, night.night);
  const isStale = newest !== null && maximumAgeDays !== null && newest.ageDays > maximumAgeDays;
  const late = lateOf(outcomes, night.deadline);
  const missing = missingOf(night.steps, outcomes, scoredBefore);
  return {
    ...night,
    exitCode: exitCode || (isStale ? 3 : late.length > 0 ? 1 : 0),
    landedTenants: outcomes.filter(({ run }) => run.status === 'succeeded').length,
    landed: tenantsOf(outcomes.filter(({ run }) => run.status === 'succeeded')),
    skipped: tenantsOf(outcomes.filter(({ isSkipped }) => isSkipped)),
    missing,
    rowsScored: outcomes.reduce((rows, { run }) => rows + run.rowsScored, 0),
    tenantsByOutcome: countOutcomes(outcomes, missing.length),
    late,
    changed: outcomes.flatMap(({ run: { tenantId, asOf }, changed }) =>
      changed === undefined || asOf === null ? [] : [{ tenantId, asOf, ...changed }],
    ),
    newest,
    isStale,
  };
}

function tenantsOf(outcomes: readonly TenantOutcome[]): readonly TenantId[] {
  return [...new Set(outcomes.map(({ run }) => run.tenantId))];
}

function countOutcomes(
  outcomes: readonly TenantOutcome[],
  missing: number,
): NightlyReport['tenantsByOutcome'] {
  const count = (status: RunStatus) =>
    outcomes.filter(({ run, isSkipped }) => run.status === status && !isSkipped).length;
  const [landed, refused, failed] = [count('succeeded'), count('refused'), count('failed')];
  return { landed, refused, failed, missing: missing - refused - failed };
}

function missingOf(
  steps: readonly NightStep[],
  outcomes: readonly TenantOutcome[],
  scoredBefore: readonly TenantId[],
): readonly MissingTenant[] {
  if (steps.some(({ step }) => step === 'score'))
    return outcomes
      .filter(({ run, isSkipped }) => run.status !== 'succeeded' && !isSkipped)
      .map(({ run }) => ({ tenantId: run.tenantId, asOf: run.asOf, reason: run.error ?? run.status }));
  // Alerts are sent after whatever a night ends at.
  const reason = `the night ended at ${steps.findLast(({ step }) => step !== 'alerts')?.step}`;
  return scoredBefore.map((tenantId) => ({ tenantId, asOf: null, reason }));
}

function lateOf(outcomes: readonly TenantOutcome[], deadline: Date | null): readonly LateTenant[] {
  if (deadline === null) return [];
  return outcomes.flatMap(({ run }) => {
    const minutes = ((run.finishedAt?.getTime() ?? 0) - deadline.getTime()) / 60_000;
    return run.status === 'succeeded' && minutes > 0 ? [{ tenantId: run.tenantId, minutes }] : [];
  });
}

function newestOf(outcomes: readonly TenantOutcome[], night: AsOfDate): NightlyReport['newest'] {
  const asOf = outcomes
    .flatMap(({ run }) => (run.status === 'succeeded' && run.asOf !== null ? [run.asOf] : []))
    .sort()
    .at(-1);
  return asOf === undefined ? null : { asOf, ageDays: toEpochDay(night) - toEpochDay(asOf) };
}
