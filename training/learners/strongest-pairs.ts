import { sigmoid } from '../../stats/sigmoid.ts';
import type { EncodedRows } from '../fit/encoded-rows.ts';

const MOST_PAIRS = 12;
/** Coarse pieces per numeric feature, and levels per category, that enter products. */
const MOST_UNITS_PER_FEATURE = 4;
/** Features whose pairs are looked at: those that move the log-odds most. */
const MOST_FEATURES = 40;
const MOST_ROWS = 20_000;

/** Products of units; a unit is the mean of some neighbouring inputs of one feature. */
export interface PairProducts {
  /** Unit of each input, -1 for none. */
  readonly unitOfInput: Int32Array;
  /** One entry per product: the units that are multiplied. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/**
 * The pairs of features that explain most of what an additive model leaves: rows fall into the cells of a coarse
 * table per pair, and the score test tells how far the cells' residuals are from chance.
 *
 * @param logits rows × intervals of the additive model
 */
export function strongestPairs(
  { inputs, targets, encodingOfInput, isPiece }: EncodedRows,
  logits: Float64Array,
): PairProducts {
  const features = unitsOfFeatures(encodingOfInput, isPiece);
  const unitOfInput = new Int32Array(encodingOfInput.length).fill(-1);
  let unitCount = 0;
  const firstUnit = features.map((units) => {
    const first = unitCount;
    for (const members of units) {
      for (const input of members) unitOfInput[input] = unitCount;
      unitCount++;
    }
    return first;
  });

  const width = encodingOfInput.length;
  const stride = Math.ceil(targets.rowCount / MOST_ROWS);
  const rowCount = Math.ceil(targets.rowCount / stride);
  const { residual, variance } = residuals(targets, logits, stride, rowCount);
  const cellOf = features.map((units) => {
    const cells = new Uint8Array(rowCount);
    for (let row = 0; row < rowCount; row++) {
      let cell = 0;
      units.forEach((members, unit) => {
        let sum = 0;
        for (const input of members) sum += inputs[row * stride * width + input]!;
        if (sum > members.length / 2) cell = unit + 1;
      });
      cells[row] = cell;
    }
    return cells;
  });
  const candidates = [...features.keys()]
    .filter((feature) => features[feature]!.length > 0)
    .sort(
      (left, right) =>
        spread(cellOf[right]!, logits, stride, targets.intervals) -
          spread(cellOf[left]!, logits, stride, targets.intervals) || left - right,
    )
    .slice(0, MOST_FEATURES);

  const scored: { left: number; right: number; score: number }[] = [];
  candidates.forEach((left, position) => {
    for (const right of candidates.slice(position + 1)) {
      const score = cellScore(cellOf[left]!, cellOf[right]!, residual, variance, features[right]!.length + 1);
      const freedom = features[left]!.length * features[right]!.length;
      // Twice its expectation under chance: less is noise that only costs.
      if (score > 2 * freedom) scored.push({ left, right, score: score - freedom });
    }
  });
  const chosen = scored.sort((a, b) => b.score - a.score).slice(0, MOST_PAIRS);
  const left: number[] = [];
  const right: number[] = [];
  for (const pair of chosen)
    for (let a = 0; a < features[pair.left]!.length; a++)
      for (let b = 0; b < features[pair.right]!.length; b++) {
        left.push(firstUnit[pair.left]! + a);
        right.push(firstUnit[pair.right]! + b);
      }
  return { unitOfInput, left, right };
}

/** Per feature, its units, each a run of inputs: pieces in a few equal runs, levels one by one, most frequent first. */
function unitsOfFeatures(encodingOfInput: Int32Array, isPiece: readonly boolean[]): number[][][] {
  const pieces: number[][] = Array.from({ length: (encodingOfInput.at(-1) ?? -1) + 1 }, () => []);
  encodingOfInput.forEach((encoding, input) => {
    if (isPiece[input]) pieces[encoding]!.push(input);
  });
  return pieces.map((inputs) => {
    const count = Math.min(MOST_UNITS_PER_FEATURE, inputs.length);
    return Array.from({ length: count }, (_, unit) =>
      inputs.slice(
        Math.floor((unit * inputs.length) / count),
        Math.floor(((unit + 1) * inputs.length) / count),
      ),
    );
  });
}

function residuals(
  { intervals, atRisk, events }: EncodedRows['targets'],
  logits: Float64Array,
  stride: number,
  rowCount: number,
): { residual: Float64Array; variance: Float64Array } {
  const residual = new Float64Array(rowCount);
  const variance = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++)
    for (let interval = 0; interval < intervals; interval++) {
      const cell = row * stride * intervals + interval;
      if (atRisk[cell] === 0) continue;
      const hazard = sigmoid(logits[cell]!);
      residual[row]! += events[cell]! - hazard;
      variance[row]! += hazard * (1 - hazard);
    }
  return { residual, variance };
}

/** How far apart the mean log-odds of a feature's cells are: the weighted variance between cells. */
function spread(cells: Uint8Array, logits: Float64Array, stride: number, intervals: number): number {
  const sums = new Float64Array(256);
  const counts = new Float64Array(256);
  let total = 0;
  for (let row = 0; row < cells.length; row++) {
    const value = logits[row * stride * intervals]!;
    sums[cells[row]!]! += value;
    counts[cells[row]!]!++;
    total += value;
  }
  const mean = total / cells.length;
  let between = 0;
  for (let cell = 0; cell < sums.length; cell++)
    if (counts[cell]! > 0) between += counts[cell]! * (sums[cell]! / counts[cell]! - mean) ** 2;
  return between;
}

function cellScore(
  left: Uint8Array,
  right: Uint8Array,
  residual: Float64Array,
  variance: Float64Array,
  width: number,
): number {
  const residuals = new Float64Array(256);
  const variances = new Float64Array(256);
  for (let row = 0; row < left.length; row++) {
    const cell = left[row]! * width + right[row]!;
    residuals[cell]! += residual[row]!;
    variances[cell]! += variance[row]!;
  }
  let score = 0;
  for (let cell = 0; cell < residuals.length; cell++)
    // One expected event keeps a cell of a few lucky rows from winning.
    if (variances[cell]! > 0) score += residuals[cell]! ** 2 / (variances[cell]! + 1);
  return score;
}
