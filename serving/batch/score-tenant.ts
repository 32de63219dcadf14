import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { GateRefused } from '../../features/contract/failure.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/model.ts';
import type { GateResult } from '../scores-mart/score-runs.ts';
import { NothingToScore } from './nothing-to-score.ts';
import { gateFeatures, gateProbabilities, type QualityGateLimits } from './quality-gate.ts';
import { readTenantFeatures } from './read-tenant-features.ts';
import { scoreBatch } from './score-batch.ts';
import { scoreRows } from './score-rows.ts';

export interface TenantScoring {
  readonly asOf: AsOfDate;
  readonly previousAsOf: AsOfDate | null;
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
  gates: GateResult[];
  /** Seconds by step. */
  timings: Record<string, number>;
}

/**
 * Reads, checks and scores one tenant; writes nothing.
 *
 * @throws NothingToScore for a tenant without eligible accounts, GateRefused for rows or scores unfit to publish
 */
export async function scoreTenant(
  reader: TenantReader,
  scoring: TenantScoring,
  progress: TenantProgress,
): Promise<ColumnBatch> {
  const { asOf, previousAsOf, model, previousRows, runId, clock, limits } = scoring;
  const where = `tenant ${reader.tenantId}, as-of date ${asOf}`;
  const started = performance.now();
  const features = await readTenantFeatures(reader, model.featureSet, asOf, previousAsOf);
  const read = performance.now();
  progress.timings.read = seconds(read - started);
  progress.rowsRead = features.frame.rowCount;

  const names = model.featureSet.features.map((feature) => feature.name);
  progress.gates.push(...gateFeatures(features.frame, names, previousRows, limits));
  if (
    features.frame.rowCount === 0 &&
    progress.gates.every(({ gate, passed }) => passed || gate === 'rows_read')
  )
    throw new NothingToScore({
      where,
      what: 'no account is eligible: none was created before that day and still a customer on it',
      remedy:
        'import its accounts and events, or set its churn definition and eligible days in raw.tenant_settings',
    });
  refuseUnlessPassed(progress.gates, where);

  const scored = scoreRows(model, features);
  progress.timings.score = seconds(performance.now() - read);
  progress.rowsScored = features.frame.rowCount;
  progress.gates.push(...gateProbabilities(scored.probabilities, limits));
  refuseUnlessPassed(progress.gates, where);
  return scoreBatch(features, scored, { tenantId: reader.tenantId, asOf, model, runId, scoredAt: clock() });
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

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
