/**
 * Logistic function: log-odds to probability. Exact in both tails.
 *
 * https://en.wikipedia.org/wiki/Logistic_function
 * @example sigmoid(0) // 0.5
 */
export function sigmoid(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + Math.exp(-logOdds));
  const odds = Math.exp(logOdds);
  return odds / (1 + odds);
}
