/**
 * Log-odds of a probability; 0 and 1 give the infinities.
 *
 * https://en.wikipedia.org/wiki/Logit
 * @example logit(0.5) // 0
 */
export function logit(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}
