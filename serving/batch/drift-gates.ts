import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import { populationStabilityIndex } from '../../stats/population-stability-index.ts';
import { quantiles } from '../../stats/quantiles.ts';
import type { GateResult } from '../scores-mart/score-runs.ts';
import type { GateLimit, GateLimits } from './gate-limits.ts';
import type { TenantFeatures } from './read-features-by-tenant.ts';
import type { ScoredAccounts } from './score-accounts.ts';

/** Fewer accounts than this on either day, and an index is mostly chance. */
const LEAST_ACCOUNTS = 100;
/** Above this a feature counts as drifted. */
const DRIFTED = 0.25;
const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** How many features are spread otherwise than at the date a week before, and which one most. */
export function gateFeatureDrift(
  { frame, previous }: TenantFeatures,
  featureNames: readonly string[],
  limits: GateLimits,
): GateResult[] {
  if (previous === null || Math.min(frame.rowCount, previous.frame.rowCount) < LEAST_ACCOUNTS) return [];
  const drifts = featureNames
    .map((name) => ({ name, index: driftOf(name, previous.frame, frame) }))
    .sort((a, b) => b.index - a.index);
  const drifted = drifts.filter(({ index }) => index > DRIFTED).length;
  const most = drifts[0]!;
  return [
    judged('feature_drift', drifted / featureNames.length, limits.feature_drift, {
      column: most.name,
      detail: `${drifted} of ${featureNames.length} features have a population stability index above ${DRIFTED} against the week before, the largest ${most.index.toFixed(2)}`,
    }),
  ];
}

/** How far scores are from what the same model gave a week before. */
export function gateScoreDrift(
  { probabilities, previousProbability }: ScoredAccounts,
  limits: GateLimits,
): GateResult[] {
  const now = probabilities.at(-1) ?? new Float64Array();
  const before = previousProbability.filter(Number.isFinite);
  if (Math.min(now.length, before.length) < LEAST_ACCOUNTS) return [];
  const edges = quantiles(before, DECILES);
  const index = populationStabilityIndex(countsBetween(before, edges), countsBetween(now, edges));
  let moved = 0;
  for (const [row, probability] of now.entries())
    moved += oddsRatio(probability, previousProbability[row]!) > 2 ? 1 : 0;
  return [
    judged('score_drift', index, limits.score_drift, {
      column: 'churn_probability_90d',
      detail: `population stability index ${index.toFixed(2)} against the week before`,
    }),
    judged('moved_scores', moved / before.length, limits.moved_scores, {
      column: 'churn_probability_90d',
      detail: `the odds of ${moved} of ${before.length} accounts doubled or halved within a week`,
    }),
  ];
}

/** A result by where a value lies to its limits. */
export function judged(
  gate: string,
  value: number,
  { warnAbove, refuseAbove }: GateLimit,
  more: Pick<GateResult, 'column' | 'detail'>,
): GateResult {
  const isRefused = refuseAbove !== null && value > refuseAbove;
  const isWarning = !isRefused && warnAbove !== null && value > warnAbove;
  return { gate, passed: !isRefused, ...(isWarning ? { isWarning } : {}), ...more };
}

function driftOf(name: string, before: FeatureFrame, now: FeatureFrame): number {
  const [was, is] = [before.columns.get(name), now.columns.get(name)];
  if (was === undefined || is === undefined) return was === is ? 0 : Number.POSITIVE_INFINITY;
  if (was.kind === 'number' && is.kind === 'number') {
    const edges = Float64Array.from(new Set(quantiles(was.values, DECILES)));
    return populationStabilityIndex(countsBetween(was.values, edges), countsBetween(is.values, edges));
  }
  const levels = [...new Set([...levelsOf(was), ...levelsOf(is)])];
  return populationStabilityIndex(countsOf(was, levels), countsOf(is, levels));
}

/** Values in each half-open bin between ascending edges, and last those that are missing. */
function countsBetween(values: Float64Array, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 2);
  for (const value of values) {
    let bin = Number.isNaN(value) ? edges.length + 1 : 0;
    if (bin === 0) while (bin < edges.length && value > edges[bin]!) bin++;
    counts[bin]! += 1;
  }
  return counts;
}

function levelsOf(column: FeatureColumn): readonly string[] {
  return column.kind === 'category' ? column.levels : [];
}

function countsOf(column: FeatureColumn, levels: readonly string[]): Float64Array {
  const counts = new Float64Array(levels.length + 1);
  if (column.kind === 'category')
    for (const code of column.codes)
      counts[code < 0 ? levels.length : levels.indexOf(column.levels[code]!)]! += 1;
  return counts;
}

/** By what factor the odds differ, up or down; 1 where one is unknown. */
function oddsRatio(now: number, before: number): number {
  if (!Number.isFinite(before)) return 1;
  const ratio = (now * (1 - before)) / (before * (1 - now));
  return Math.max(ratio, 1 / ratio);
}
