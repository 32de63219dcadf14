import type { FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { GateResult } from '../scores-mart/score-runs.ts';
import { judged } from './drift-gates.ts';
import { DEFAULT_GATE_LIMITS, type GateLimits } from './gate-limits.ts';

/** Limits beyond which a tenant's night is refused rather than published. */
export interface QualityGateLimits {
  readonly gates: GateLimits;
  /** Fewer rows than this are too few to speak of a collapse, or of scores that should differ. */
  readonly rowsThatMakeAPattern: number;
}

export const QUALITY_GATE_LIMITS: QualityGateLimits = {
  gates: DEFAULT_GATE_LIMITS,
  rowsThatMakeAPattern: 20,
};

/** Is what was read fit to be scored? `previousRows` is null for a tenant's first run. */
export function gateFeatures(
  frame: FeatureFrame,
  featureNames: readonly string[],
  previousRows: number | null,
  limits: QualityGateLimits,
): GateResult[] {
  return [
    rowsRead(frame.rowCount),
    rowCountHeld(frame.rowCount, previousRows, limits),
    missingShare(frame, featureNames, limits),
  ];
}

/** Are the scores fit to be shown? */
export function gateProbabilities(
  probabilities: readonly Float64Array[],
  limits: QualityGateLimits,
): GateResult[] {
  return [probabilitiesValid(probabilities), probabilitiesVary(probabilities, limits)];
}

function rowsRead(rowCount: number): GateResult {
  return { gate: 'rows_read', passed: rowCount > 0, detail: `${rowCount} eligible accounts read` };
}

function rowCountHeld(rowCount: number, previousRows: number | null, limits: QualityGateLimits): GateResult {
  const gate = 'row_count_held';
  if (previousRows === null) return { gate, passed: true, detail: 'no earlier run to compare with' };
  const lost = previousRows < limits.rowsThatMakeAPattern ? 0 : 1 - rowCount / previousRows;
  const { refuseAbove } = limits.gates.row_count_held;
  const least = refuseAbove === null ? 0 : Math.ceil(previousRows * (1 - refuseAbove));
  return judged(gate, lost, limits.gates.row_count_held, {
    detail: `${rowCount} accounts after ${previousRows} in the previous run, at least ${least} expected`,
  });
}

function missingShare(
  frame: FeatureFrame,
  featureNames: readonly string[],
  { gates }: QualityGateLimits,
): GateResult {
  let missing = 0;
  for (const name of featureNames) {
    const column = frame.columns.get(name);
    if (column === undefined) missing += frame.rowCount;
    else if (column.kind === 'number')
      for (const value of column.values) missing += Number.isNaN(value) ? 1 : 0;
    else for (const code of column.codes) missing += code < 0 ? 1 : 0;
  }
  const share = frame.rowCount === 0 ? 0 : missing / (frame.rowCount * featureNames.length);
  const { refuseAbove } = gates.missing_share;
  return judged('missing_share', share, gates.missing_share, {
    detail: `${percent(share)} of feature values missing${refuseAbove === null ? '' : `, at most ${percent(refuseAbove)} allowed`}`,
  });
}

function probabilitiesValid(probabilities: readonly Float64Array[]): GateResult {
  let invalid = 0;
  for (const values of probabilities) for (const p of values) invalid += p >= 0 && p <= 1 ? 0 : 1;
  return {
    gate: 'probabilities_valid',
    passed: invalid === 0,
    detail: `${invalid} probabilities outside [0, 1] or not a number`,
  };
}

function probabilitiesVary(
  probabilities: readonly Float64Array[],
  { rowsThatMakeAPattern }: QualityGateLimits,
): GateResult {
  const longest = probabilities.at(-1) ?? new Float64Array();
  const varies = longest.length < rowsThatMakeAPattern || longest.some((p) => p !== longest[0]);
  return {
    gate: 'probabilities_vary',
    passed: varies,
    detail: varies ? 'scores differ between accounts' : `all ${longest.length} accounts score ${longest[0]}`,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
