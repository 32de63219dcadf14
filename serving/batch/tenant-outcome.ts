import { Failure, type FailureExitCode } from '../../features/contract/failure.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import type { ScoreRun } from '../scores-mart/score-runs.ts';
import { NothingToScore } from './nothing-to-score.ts';
import type { TenantPlan } from './plan-night.ts';

/** How a tenant's night ended. */
export interface TenantOutcome {
  readonly run: ScoreRun;
  /** 0 when scored; what the `churn` command exits with if this outcome decides it. */
  readonly exitCode: 0 | FailureExitCode;
  /**
   * Not scored, and never was: no eligible accounts yet, no model yet. It is logged and recorded, but it does not
   * fail the night, unless it was asked for by name or nothing at all was scored.
   */
  readonly isSkipped: boolean;
  /** What was there for the date and differs now; absent where nothing does. */
  readonly changed?: ChangedScores;
}

/** Accounts whose earlier score for the same date and model does not stand any more. */
export interface ChangedScores {
  readonly revised: readonly string[];
  readonly withdrawn: readonly string[];
}

/** The record of a tenant's run at its start. */
export function startedRun(
  { tenantId, asOf }: TenantPlan,
  runId: string,
  featureSet: FeatureSet,
  startedAt: Date,
): ScoreRun {
  return {
    runId,
    tenantId,
    asOf,
    modelName: null,
    modelVersion: null,
    modelAlias: null,
    featureSetHash: featureSetHash(featureSet),
    status: 'running',
    rowsRead: 0,
    rowsScored: 0,
    rowsWritten: null,
    gates: [],
    timings: {},
    error: null,
    startedAt,
    finishedAt: null,
  };
}

/**
 * A tenant that keeps its old scores. Bad input and refused gates refuse; all else failed.
 *
 * @param isExpected It was asked for by name, or has been scored before
 */
export function unscoredOutcome(
  run: ScoreRun,
  error: unknown,
  isExpected: boolean,
  finishedAt: Date,
): TenantOutcome {
  const exitCode: FailureExitCode = error instanceof Failure ? error.exitCode : 1;
  return {
    run: {
      ...run,
      status: exitCode === 1 ? 'failed' : 'refused',
      rowsWritten: null,
      error: error instanceof Error ? error.message : String(error),
      finishedAt,
    },
    exitCode,
    isSkipped: error instanceof NothingToScore && !isExpected,
  };
}
