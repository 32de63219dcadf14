import { type MoneyByCurrency, singleAmount } from '../scores-mart/money-by-currency.ts';
import { riskTotals } from './risk-totals.ts';
import { runJson } from './run-json.ts';
import type { Summary } from './score-documents.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Counts by band, money at risk, and how they moved. */
export function tenantSummary(scores: TenantScores): Summary {
  const { accounts, byBand, revenue } = riskTotals(scores, {});
  const atRiskNow = revenue.filter(({ mrrAtRisk }) => mrrAtRisk > 0);
  return {
    ...runJson(scores),
    account_count: accounts,
    accounts_by_band: byBand,
    ...atRisk(Object.fromEntries(atRiskNow.map(({ currency, mrrAtRisk }) => [currency ?? '', mrrAtRisk]))),
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
