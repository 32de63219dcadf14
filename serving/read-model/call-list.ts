import { filterRows, type ScoresFilter } from './scores-query.ts';
import type { TenantScores } from './tenant-scores.ts';

/**
 * What a call to an account is expected to save a month: its revenue times the chance that it churns within 90 days. How much of
 * that a call keeps has not been measured. It is taken to be the same share for every account, so it does not change the order.
 * The mart's `mrr_at_risk` is that product; the probability is not multiplied in a second time.
 */
export function expectedSaving(mrr: number, probability90d: number): number {
  return mrr * probability90d;
}

/** The same in words, for the page. */
export const EXPECTED_SAVING_FORMULA = 'MRR × chance within 90 days';

export interface CallList {
  /** Whose revenue is compared; null where the marts do not say. */
  readonly currency: string | null;
  /** What revenue of the filtered accounts is in, most accounts first: amounts of different ones cannot be ranked together. */
  readonly currencies: readonly (string | null)[];
  /** Whom to call, first call first. */
  readonly rows: readonly number[];
  /** Expected of these calls, and of calling every account in this currency. */
  readonly saving: number;
  readonly savingOfAll: number;
  /** Accounts in this currency. */
  readonly accounts: number;
  /** Accounts of the filter that revenue is not known of: they are not ranked, unless no revenue is known at all. */
  readonly unknown: number;
  /** Whether the chance alone ranks, because no revenue is known. */
  readonly isByChance: boolean;
}

/**
 * The accounts that a week's calls should go to.
 *
 * @param capacity Calls that can be made in a week
 */
export function callList(scores: TenantScores, filter: ScoresFilter, capacity: number): CallList {
  const filtered = filterRows(scores, filter);
  const rows = Array.from(filtered ?? Array.from({ length: scores.rowCount }, (_, row) => row));
  const known = rows.filter((row) => !Number.isNaN(scores.mrr[row]!));
  const counts = new Map<number, number>();
  for (const row of known) {
    const code = scores.currencies.codes[row]!;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const codes = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a - b);
  const levelOf = (code: number | undefined) =>
    code === undefined ? null : (scores.currencies.levels[code] ?? null);
  const isByChance = known.length === 0;
  const compared = isByChance ? rows : known.filter((row) => scores.currencies.codes[row] === codes[0]);
  const saving = (row: number) =>
    isByChance ? 0 : expectedSaving(scores.mrr[row]!, scores.probability90d[row]!);
  // Rows lie by rank, so that equal savings are called by risk.
  const ranked = compared.sort((a, b) => saving(b) - saving(a) || a - b);
  const chosen = ranked.slice(0, capacity);
  const sum = (list: readonly number[]) => list.reduce((total, row) => total + saving(row), 0);
  return {
    currency: levelOf(codes[0]),
    currencies: codes.map(levelOf),
    rows: chosen,
    saving: sum(chosen),
    savingOfAll: sum(ranked),
    accounts: ranked.length,
    unknown: isByChance ? 0 : rows.length - known.length,
    isByChance,
  };
}
