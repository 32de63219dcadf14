import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { GateRefused } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import type { GateResult } from '../scores-mart/score-runs.ts';
import { gateFeatureDrift, gateScoreDrift } from './drift-gates.ts';
import { NothingToScore } from './nothing-to-score.ts';
import { gateFeatures, gateProbabilities, type QualityGateLimits } from './quality-gate.ts';
import type { TenantFeatures } from './read-features-by-tenant.ts';
import { scoreAccounts } from './score-accounts.ts';
import { scoresColumnBatch } from './scores-column-batch.ts';

export interface TenantScoring {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
  readonly model: ScoringModel;
  /** Rows read by the tenant's run before; null for the first. */
  readonly previousRows: number | null;
  readonly runId: string;
  readonly clock: () => Date;
  readonly limits: QualityGateLimits;
}

/** Filled as the work goes, so that a run that stops half-way is recorded with what it knew. */
export interface TenantProgress {
  rowsRead: number;
  rowsScored: number;
  readonly gates: GateResult[];
  /** Seconds by step. */
  readonly timings: Record<string, number>;
}

/**
 * Checks and scores one tenant's features; writes nothing.
 *
 * @throws NothingToScore for a tenant without eligible accounts, GateRefused for rows or scores unfit to publish
 */
export function scoreTenant(
  features: TenantFeatures,
  { tenantId, asOf, model, previousRows, runId, clock, limits }: TenantScoring,
  progress: TenantProgress,
): ColumnBatch {
  const where = `tenant ${tenantId}, as-of date ${asOf}`;
  const { rowCount } = features.frame;
  const names = model.featureSet.features.map((feature) => feature.name);
  progress.rowsRead = rowCount;
  progress.gates.push(
    ...gateFeatures(features.frame, names, previousRows, limits),
    ...gateFeatureDrift(features, names, limits.gates),
  );
  if (rowCount === 0 && progress.gates.every(({ gate, passed }) => passed || gate === 'rows_read'))
    throw new NothingToScore({
      where,
      what: 'no account is eligible: none was created before that day and still a customer on it',
      remedy:
        'import its accounts and events, or set its churn definition and eligible days in raw.tenant_settings',
    });
  refuseUnlessPassed(progress.gates, where);

  const started = performance.now();
  const scored = scoreAccounts(model, tenantId, features);
  progress.timings.score = Math.round(performance.now() - started) / 1000;
  progress.rowsScored = rowCount;
  progress.gates.push(
    ...gateProbabilities(scored.probabilities, limits),
    ...gateScoreDrift(scored, limits.gates),
  );
  refuseUnlessPassed(progress.gates, where);
  return scoresColumnBatch(features, scored, { tenantId, asOf, model, runId, scoredAt: clock() });
}

function refuseUnlessPassed(gates: readonly GateResult[], where: string): void {
  const refusing = gates.filter(({ passed }) => !passed);
  if (refusing.length === 0) return;
  throw new GateRefused({
    where,
    what: `the quality gate refused (${refusing.map(({ gate, detail }) => `${gate}: ${detail}`).join('; ')})`,
    remedy:
      'check what landed in raw, rebuild with `churn features build` and score again; the earlier scores stand',
  });
}
