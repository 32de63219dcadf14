import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import type { CurrentScores } from '../scores-mart/current-scores.ts';
import type { VocabularySource } from '../scores-mart/feature-words.ts';
import { known } from '../scores-mart/known.ts';
import { type MoneyByCurrency, moneyByCurrency } from '../scores-mart/money-by-currency.ts';
import { readCurrentScores } from '../scores-mart/read-current-scores.ts';
import { reasonsOf } from '../scores-mart/reasons.ts';
import { tellDrivers } from '../scores-mart/tell-drivers.ts';

/** One account as a person looks at it. Null is unknown. */
export interface RiskListRow {
  readonly rank: number;
  readonly accountId: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly band: RiskBand;
  readonly probability90d: number;
  readonly previousProbability90d: number | null;
  readonly mrr: number | null;
  readonly mrrAtRisk: number | null;
  readonly renewsAt: Date | null;
  /** Sentences, what raises the risk first, the strongest first among those. */
  readonly reasons: readonly string[];
}

export interface RiskList {
  readonly asOf: AsOfDate;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly accounts: number;
  /** Over all accounts, not only the rows that are listed. */
  readonly mrrAtRisk: MoneyByCurrency;
  readonly rows: readonly RiskListRow[];
}

/**
 * One tenant's risk list as it stands, most at risk first.
 *
 * @param vocabularyOf Finds the words that the reasons are told with
 * @param limit Rows listed; the totals speak of all
 * @returns null for a tenant that was never scored
 */
export async function readRiskList(
  reader: TenantReader,
  vocabularyOf: VocabularySource,
  limit = Number.POSITIVE_INFINITY,
): Promise<RiskList | null> {
  const current = await readCurrentScores(reader, vocabularyOf);
  if (current === null) return null;
  const listed = Math.min(limit, current.rowCount);
  return {
    asOf: current.run.asOf,
    modelName: current.run.modelName,
    modelVersion: current.run.modelVersion,
    accounts: current.rowCount,
    mrrAtRisk: moneyByCurrency(current.mrrAtRisk, current.currencies),
    rows: Array.from({ length: listed }, (_, row) => riskListRow(current, row)),
  };
}

function riskListRow(current: CurrentScores, row: number): RiskListRow {
  const drivers = tellDrivers(current.drivers[row]!, current.vocabulary, 'score');
  const renewsAt = known(current.renewsAt[row]!);
  return {
    rank: current.ranks[row]!,
    accountId: current.accountIds[row]!,
    name: current.names[row]!,
    owner: current.owners[row]!,
    band: current.bands[row]!,
    probability90d: current.probability90d[row]!,
    previousProbability90d: known(current.previousProbability90d[row]!),
    mrr: known(current.mrr[row]!),
    mrrAtRisk: known(current.mrrAtRisk[row]!),
    renewsAt: renewsAt === null ? null : new Date(renewsAt),
    reasons: reasonsOf(drivers),
  };
}
