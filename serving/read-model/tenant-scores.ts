import { createHash } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import { concatenated } from '../scores-mart/column-values.ts';
import type { CurrentScores, ScoredDayTotals } from '../scores-mart/current-scores.ts';
import { readDrivers } from '../scores-mart/driver-codes.ts';
import type { HeldBack } from '../scores-mart/held-back.ts';
import type { ProfileColumns } from '../scores-mart/read-current-scores.ts';
import type { ScoreHistory } from '../scores-mart/score-history.ts';
import type { SucceededRun } from '../scores-mart/succeeded-runs.ts';
import type { TenantMonitoring } from '../scores-mart/tenant-monitoring.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import type { ActivityKind } from '../scores-mart/year-of-activity.ts';
import { accountJson } from './account-json.ts';
import { type CodedTexts, codeTexts } from './coded-texts.ts';
import { type PackedHistory, packHistory } from './packed-history.ts';
import { type PackedTexts, packTexts } from './packed-texts.ts';
import type { PackedYear } from './packed-year.ts';
import { packWeeklyActivity, type WeeklyActivity } from './weekly-activity.ts';

/**
 * One tenant's scores under one run, made to be answered from: the JSON of each account once, in the order of the
 * rank, and the columns that lists are filtered and sorted by. Rows [0, rowCount) are listed. In columns that say so, the accounts
 * that left follow: they were scored within half a year and are not any more, and a trend without them would seem to rise always.
 */
export interface TenantScores {
  readonly tenantId: TenantId;
  readonly run: SucceededRun;
  /** Why the scores are older than the data; null where they are not. */
  readonly heldBack: HeldBack | null;
  /** What counts as churn here; null where the marts do not say. */
  readonly churn: ChurnDefinition | null;
  /** What the newest run of `churn monitor` says about this tenant; null where none did. */
  readonly monitoring: TenantMonitoring | null;
  /** The newest as-of date that any tenant of the platform has scores of: scores much older than that are of ended data. */
  readonly newestAsOf: AsOfDate;
  /** Short hash of everything here: equal revision, equal answers. */
  readonly revision: string;
  readonly rowCount: number;
  readonly rowOfAccount: ReadonlyMap<string, number>;
  /** Each an `AccountRisk` document. */
  readonly accounts: PackedTexts;
  /** Codes of drivers, as the mart keeps them, and what they mean: told when one account is asked for. */
  readonly drivers: PackedTexts;
  readonly changeDrivers: PackedTexts;
  readonly vocabulary: Vocabulary;
  /** Accounts that left among its rows. */
  readonly history: PackedHistory;
  readonly left: LeftAccounts;
  /** Ascending as-of dates, the current one last. */
  readonly trend: readonly ScoredDayTotals[];
  readonly activity: WeeklyActivity;
  /** Null where the marts have none of the as-of date. */
  readonly year: PackedYear | null;
  /** Every kind that the marts count, in their order. */
  readonly activityKinds: readonly ActivityKind[];
  readonly typicalLogOdds: Float64Array;
  /** Name and id in lower case, for searching; accounts that left among its rows, as in the next four columns. */
  readonly searchable: readonly string[];
  readonly owners: CodedTexts;
  readonly segments: CodedTexts;
  readonly currencies: CodedTexts;
  /** Revenue a month; NaN where unknown. Of accounts that left, when they were last scored. */
  readonly mrr: Float64Array;
  /** Names, or ids where there is none. */
  readonly listedNames: readonly string[];
  /** Positions in RISK_BANDS. */
  readonly bands: Uint8Array;
  readonly probability90d: Float64Array;
  readonly change90d: Float64Array;
  readonly mrrAtRisk: Float64Array;
  readonly renewsAt: Float64Array;
}

/** Accounts that were scored within half a year and are not any more; `accountIds[i]` is at row `rowCount + i`. */
export interface LeftAccounts {
  readonly accountIds: readonly string[];
  readonly names: readonly (string | null)[];
  /** By account id, the row. */
  readonly rowOf: ReadonlyMap<string, number>;
}

export interface TenantScoresParts {
  readonly current: CurrentScores;
  readonly past: ScoreHistory;
  /** The accounts of `past` that are not current, in the order of their profiles. */
  readonly leftIds: readonly string[];
  readonly leftProfiles: ProfileColumns;
  readonly year: PackedYear | null;
  readonly activityKinds: readonly ActivityKind[];
  readonly heldBack: HeldBack | null;
  readonly churn: ChurnDefinition | null;
  readonly monitoring: TenantMonitoring | null;
  readonly newestAsOf: AsOfDate;
}

export function tenantScores(parts: TenantScoresParts): TenantScores {
  const {
    current,
    past,
    leftIds,
    leftProfiles,
    year,
    activityKinds,
    heldBack,
    churn,
    monitoring,
    newestAsOf,
  } = parts;
  const rows = [...current.accountIds.keys()];
  const everyId = [...current.accountIds, ...leftIds];
  const everyName = [...current.names, ...leftProfiles.names];
  const leftRevenue = leftIds.map((accountId) => past.lastRevenue.get(accountId));
  const accounts = packTexts(rows.map((row) => JSON.stringify(accountJson(current, row))));
  // Read here once, so that no request fails on what another writer left in the mart.
  for (const json of current.changeDrivers) readDrivers(json);
  const changeDrivers = packTexts(current.changeDrivers);
  const packedHistory = packHistory(everyId, past);
  const activity = packWeeklyActivity(current.weeklyEvents);
  return {
    tenantId: current.tenantId,
    run: current.run,
    heldBack,
    churn,
    monitoring,
    newestAsOf,
    revision: revisionOf(current, [
      accounts.bytes,
      changeDrivers.bytes,
      JSON.stringify(past.trend),
      packedHistory.digest,
      activity.digest,
      JSON.stringify([year?.digest, activityKinds]),
      Buffer.from(current.typicalLogOdds.buffer),
      JSON.stringify(heldBack),
      JSON.stringify(churn),
    ]),
    rowCount: current.rowCount,
    rowOfAccount: current.rowOfAccount,
    accounts,
    drivers: packTexts(current.drivers),
    changeDrivers,
    vocabulary: current.vocabulary,
    history: packedHistory,
    left: {
      accountIds: leftIds,
      names: leftProfiles.names,
      rowOf: new Map(leftIds.map((accountId, at) => [accountId, current.rowCount + at])),
    },
    trend: past.trend,
    activity,
    year,
    activityKinds,
    typicalLogOdds: current.typicalLogOdds,
    searchable: everyId.map((accountId, row) =>
      `${accountId}\n${everyName[row] ?? ''}`.toLocaleLowerCase('en'),
    ),
    owners: codeTexts(current.owners, leftProfiles.owners),
    segments: codeTexts(current.segments, leftProfiles.segments),
    currencies: codeTexts(
      current.currencies,
      leftRevenue.map((revenue) => revenue?.currency ?? null),
    ),
    mrr: concatenated([current.mrr, Float64Array.from(leftRevenue, (revenue) => revenue?.mrr ?? Number.NaN)]),
    listedNames: rows.map((row) => current.names[row] ?? current.accountIds[row]!),
    bands: Uint8Array.from(current.bands, (band) => RISK_BANDS.indexOf(band)),
    probability90d: current.probability90d,
    change90d: current.probability90d.map((now, row) => now - current.previousProbability90d[row]!),
    mrrAtRisk: current.mrrAtRisk,
    renewsAt: current.renewsAt,
  };
}

function revisionOf({ tenantId, run }: CurrentScores, parts: readonly (Buffer | string)[]): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([tenantId, run.asOf, run.modelName, run.modelVersion, run.runId]));
  for (const part of parts) hash.update(part);
  return hash.digest('base64url').slice(0, 16);
}
