/**
 * Rank of each row, 1 = most at risk. Ties go to the larger MRR at risk and then to the smaller account id, so
 * that the list is the same every time it is made. NaN (unknown MRR) sorts last within a tie.
 *
 * @example rankByRisk(Float64Array.of(0.1, 0.9), Float64Array.of(5, 5), ['a', 'b']) // Int32Array [2, 1]
 */
export function rankByRisk(
  probability: Float64Array,
  mrrAtRisk: Float64Array,
  accountIds: readonly string[],
): Int32Array {
  const order = Int32Array.from(probability, (_, row) => row).sort(
    (a, b) =>
      probability[b]! - probability[a]! ||
      (mrrAtRisk[b]! || 0) - (mrrAtRisk[a]! || 0) ||
      (accountIds[a]! < accountIds[b]! ? -1 : 1),
  );
  const rank = new Int32Array(order.length);
  order.forEach((row, position) => {
    rank[row] = position + 1;
  });
  return rank;
}
