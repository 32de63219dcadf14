/**
 * Log-odds of the mean hazard of a row's submodels.
 *
 * @param logits rows × submodels × intervals
 * @param slopes written to where given, same shape: d result / d each submodel's log-odds
 * @returns rows × intervals
 */
export function meanHazardLogits(
  logits: ArrayLike<number>,
  submodels: number,
  intervals: number,
  slopes?: Float64Array,
): Float64Array {
  const rowWidth = submodels * intervals;
  const result = new Float64Array(logits.length / submodels);
  for (let row = 0; row * rowWidth < logits.length; row++) {
    for (let interval = 0; interval < intervals; interval++) {
      const first = row * rowWidth + interval;
      let churned = 0;
      let stayed = 0;
      for (let cell = first; cell < (row + 1) * rowWidth; cell += intervals) {
        // Both tails of the logistic function from one exponential, neither by cancellation.
        const logit = logits[cell]!;
        const odds = Math.exp(-Math.abs(logit));
        const likely = 1 / (1 + odds);
        const unlikely = odds / (1 + odds);
        churned += logit >= 0 ? likely : unlikely;
        stayed += logit > 0 ? unlikely : likely;
        if (slopes !== undefined) slopes[cell] = likely * unlikely;
      }
      result[row * intervals + interval] = Math.log(churned / stayed);
      if (slopes === undefined) continue;
      const scale = submodels / (churned * stayed);
      for (let cell = first; cell < (row + 1) * rowWidth; cell += intervals) slopes[cell]! *= scale;
    }
  }
  return result;
}
