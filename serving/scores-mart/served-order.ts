import { rankByRisk } from './rank-by-risk.ts';

/** Rows of one as-of date under one model version: every revision of every account, by the rank that each had when it was made. */
export interface AllRevisions {
  readonly accountIds: readonly string[];
  readonly revisions: Float64Array;
  /** 1 for a revision that withdraws the score. */
  readonly isWithdrawn: Float64Array;
  readonly ranks: Float64Array;
  readonly probability: Float64Array;
  readonly mrrAtRisk: Float64Array;
}

/**
 * The rows that are served, most at risk first: the latest revision of each account, without withdrawn scores. A row keeps
 * the rank that it had among the scores of its run, so a list that several runs made is ranked anew.
 *
 * @returns null where all rows are served as they come, which is a list that one run made
 */
export function servedOrder(all: AllRevisions): Int32Array | null {
  const { accountIds, revisions, isWithdrawn, ranks, probability, mrrAtRisk } = all;
  const latest = new Map<string, number>();
  accountIds.forEach((accountId, row) => {
    const known = latest.get(accountId);
    if (known === undefined || revisions[row]! > revisions[known]!) latest.set(accountId, row);
  });
  const served = [...latest.values()].filter((row) => isWithdrawn[row] !== 1);
  if (served.length === ranks.length && ranks.every((rank, row) => rank === row + 1)) return null;
  const rank = rankByRisk(
    Float64Array.from(served, (row) => probability[row]!),
    Float64Array.from(served, (row) => mrrAtRisk[row]!),
    served.map((row) => accountIds[row]!),
  );
  const order = new Int32Array(served.length);
  served.forEach((row, at) => {
    order[rank[at]! - 1] = row;
  });
  return order;
}
