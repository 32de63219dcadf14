import { type FeatureFrame, takeRows, tenantOfAllRows } from '../../features/contract/feature-frame.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { writeDrivers } from '../scores-mart/driver-codes.ts';
import type { TenantFeatures } from './read-features-by-tenant.ts';

/** Drivers that a score keeps. */
export const DRIVERS_PER_ROW = 5;
/** Drivers are objects. Blocks of rows bound how many exist at once, whatever the tenant's size. */
const ROWS_AT_ONCE = 8_192;

/** Scores by column, row i speaks about row i of the features. */
export interface ScoredAccounts {
  /** One per horizon, ascending. */
  readonly probabilities: readonly Float64Array[];
  /** 80 % interval of the longest horizon; NaN under a version that does not say how sure it is. */
  readonly interval: { readonly low: Float64Array; readonly high: Float64Array };
  readonly bands: readonly RiskBand[];
  /** Codes in JSON, as the mart keeps them. */
  readonly drivers: readonly string[];
  readonly previousProbability: Float64Array;
  readonly changeDrivers: readonly string[];
  /** Of the typical account, from which the drivers start. */
  readonly typicalLogOdds: Float64Array;
}

/** Scores a tenant's accounts, in blocks so that memory is bounded by the texts that are kept. */
export function scoreAccounts(
  model: ScoringModel,
  tenantId: TenantId,
  { frame, previous }: TenantFeatures,
): ScoredAccounts {
  const probabilities = model.targets.map(() => new Float64Array(frame.rowCount));
  const interval = { low: new Float64Array(frame.rowCount), high: new Float64Array(frame.rowCount) };
  const previousProbability = new Float64Array(frame.rowCount).fill(Number.NaN);
  const typicalLogOdds = new Float64Array(frame.rowCount);
  const bands: RiskBand[] = [];
  const drivers: string[] = [];
  const changeDrivers: string[] = [];
  for (let start = 0; start < frame.rowCount; start += ROWS_AT_ONCE) {
    const end = Math.min(start + ROWS_AT_ONCE, frame.rowCount);
    const scored = model.score(rowsBetween(frame, start, end), {
      driversPerRow: DRIVERS_PER_ROW,
      tenantIds: tenantOfAllRows(tenantId, end - start),
      ...(previous === null
        ? {}
        : { previous: { frame: previous.frame, rowOf: previous.rowOf.subarray(start, end) } }),
    });
    probabilities.forEach((values, target) => {
      values.set(scored.probabilities[target]!, start);
    });
    interval.low.set(scored.interval.low, start);
    interval.high.set(scored.interval.high, start);
    previousProbability.set(scored.previousProbability, start);
    typicalLogOdds.set(scored.typicalLogOdds, start);
    for (const band of scored.bands) bands.push(band);
    for (const list of scored.drivers) drivers.push(writeDrivers(list));
    for (const list of scored.changeDrivers) changeDrivers.push(writeDrivers(list));
  }
  return {
    probabilities,
    interval,
    bands,
    drivers,
    previousProbability,
    changeDrivers,
    typicalLogOdds,
  };
}

function rowsBetween(frame: FeatureFrame, start: number, end: number): FeatureFrame {
  if (start === 0 && end === frame.rowCount) return frame;
  return takeRows(
    frame,
    Int32Array.from({ length: end - start }, (_, offset) => start + offset),
  );
}
