/** What a row teaches: per interval, whether it was at risk with a known outcome, and whether it churned there. */
export interface HazardTargets {
  readonly rowCount: number;
  readonly intervals: number;
  /** rows × intervals; 1 where the row entered the interval and the outcome is known, else 0. */
  readonly atRisk: Float32Array;
  /** rows × intervals; 1 where it churned in the interval. */
  readonly events: Float32Array;
}

/**
 * Discrete-time hazard targets from cumulative labels. A row leaves the risk set when it churns, and where its
 * label window is still open (NaN), so it trains the shorter hazards only.
 *
 * @param labels one column per horizon, ascending: 1 churned, 0 did not, NaN unknown
 */
export function hazardTargets(labels: readonly Float64Array[]): HazardTargets {
  const rowCount = labels[0]!.length;
  const intervals = labels.length;
  const atRisk = new Float32Array(rowCount * intervals);
  const events = new Float32Array(rowCount * intervals);
  for (let row = 0; row < rowCount; row++) {
    for (let interval = 0; interval < intervals; interval++) {
      const label = labels[interval]![row]!;
      if (Number.isNaN(label)) break;
      atRisk[row * intervals + interval] = 1;
      if (label === 0) continue;
      events[row * intervals + interval] = 1;
      break;
    }
  }
  return { rowCount, intervals, atRisk, events };
}

/** Log-odds of each interval's pooled hazard, the score of a model that knows nothing; rates are kept off 0 and 1. */
export function baseHazardLogits({ rowCount, intervals, atRisk, events }: HazardTargets): Float64Array {
  const logits = new Float64Array(intervals);
  for (let interval = 0; interval < intervals; interval++) {
    let exposed = 1;
    let churned = 0.5;
    for (let row = 0; row < rowCount; row++) {
      exposed += atRisk[row * intervals + interval]!;
      churned += events[row * intervals + interval]!;
    }
    logits[interval] = Math.log(churned / (exposed - churned));
  }
  return logits;
}

/** Mean negative log-likelihood per row under hazard log-odds (rows × intervals): what families are trained on. */
export function hazardLogLoss(targets: HazardTargets, hazardLogits: ArrayLike<number>): number {
  let loss = 0;
  for (let cell = 0; cell < targets.atRisk.length; cell++) {
    if (targets.atRisk[cell] === 0) continue;
    const x = hazardLogits[cell]!;
    loss += Math.max(x, 0) - x * targets.events[cell]! + Math.log1p(Math.exp(-Math.abs(x)));
  }
  return loss / targets.rowCount;
}
