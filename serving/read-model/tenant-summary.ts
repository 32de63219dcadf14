import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import { type MoneyByCurrency, moneyByCurrency, singleAmount } from '../scores-mart/money-by-currency.ts';
import { textAt } from './coded-texts.ts';
import { runJson } from './run-json.ts';
import type { Summary } from './score-documents.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Counts by band, money at risk, and how they moved. */
export function tenantSummary(scores: TenantScores): Summary {
  const counts = new Array<number>(RISK_BANDS.length).fill(0);
  for (const band of scores.bands) counts[band]!++;
  return {
    ...runJson(scores),
    account_count: scores.rowCount,
    accounts_by_band: byBand((_, position) => counts[position]!),
    ...atRisk(
      moneyByCurrency(
        scores.mrrAtRisk,
        Array.from(scores.mrrAtRisk, (_, row) => textAt(scores.currencies, row)),
      ),
    ),
    trend: scores.trend.map((point) => ({
      as_of_date: point.asOf,
      account_count: point.accounts,
      accounts_by_band: point.accountsByBand,
      ...atRisk(point.mrrAtRisk),
    })),
  };
}

function atRisk(money: MoneyByCurrency): Pick<Summary, 'mrr_at_risk' | 'mrr_at_risk_by_currency'> {
  return { mrr_at_risk: singleAmount(money), mrr_at_risk_by_currency: money };
}

function byBand(count: (band: string, position: number) => number): Summary['accounts_by_band'] {
  return Object.fromEntries(
    RISK_BANDS.map((band, position) => [band, count(band, position)]),
  ) as Summary['accounts_by_band'];
}
