import { createHash } from 'node:crypto';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { CurrentScores, RiskTotals } from '../scores-mart/current-scores.ts';
import { readDrivers } from '../scores-mart/driver-codes.ts';
import type { HeldBack } from '../scores-mart/held-back.ts';
import type { AccountHistory } from '../scores-mart/score-history.ts';
import type { SucceededRun } from '../scores-mart/succeeded-runs.ts';
import { accountJson } from './account-json.ts';
import { type CodedTexts, codeTexts } from './coded-texts.ts';
import { type PackedHistory, packHistory } from './packed-history.ts';
import { type PackedTexts, packTexts } from './packed-texts.ts';

/**
 * One tenant's scores under one run, made to be answered from: the JSON of each account once, in the order of the
 * rank, and the columns that lists are filtered and sorted by.
 */
export interface TenantScores {
  readonly tenantId: TenantId;
  readonly run: SucceededRun;
  /** Why the scores are older than the data; null where they are not. */
  readonly heldBack: HeldBack | null;
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
  readonly history: PackedHistory;
  /** Ascending as-of dates, the current one last. */
  readonly trend: readonly RiskTotals[];
  /** Name and id in lower case, for searching. */
  readonly searchable: readonly string[];
  readonly owners: CodedTexts;
  readonly segments: CodedTexts;
  /** Positions in RISK_BANDS. */
  readonly bands: Uint8Array;
  readonly probability90d: Float64Array;
  readonly change90d: Float64Array;
  readonly currencies: CodedTexts;
  readonly mrrAtRisk: Float64Array;
  readonly renewsAt: Float64Array;
}

export function tenantScores(
  current: CurrentScores,
  { history, trend }: { readonly history: AccountHistory; readonly trend: readonly RiskTotals[] },
  heldBack: HeldBack | null,
): TenantScores {
  const rows = [...current.accountIds.keys()];
  const accounts = packTexts(rows.map((row) => JSON.stringify(accountJson(current, row))));
  // Read here once, so that no request fails on what another writer left in the mart.
  for (const json of current.changeDrivers) readDrivers(json);
  const changeDrivers = packTexts(current.changeDrivers);
  const packedHistory = packHistory(current.accountIds, history);
  return {
    tenantId: current.tenantId,
    run: current.run,
    heldBack,
    revision: revisionOf(current, [
      accounts.bytes,
      changeDrivers.bytes,
      JSON.stringify(trend),
      packedHistory.digest,
      JSON.stringify(heldBack),
    ]),
    rowCount: current.rowCount,
    rowOfAccount: current.rowOfAccount,
    accounts,
    drivers: packTexts(current.drivers),
    changeDrivers,
    vocabulary: current.vocabulary,
    history: packedHistory,
    trend,
    searchable: rows.map((row) =>
      `${current.accountIds[row]}\n${current.names[row] ?? ''}`.toLocaleLowerCase('en'),
    ),
    owners: codeTexts(current.owners),
    segments: codeTexts(current.segments),
    bands: Uint8Array.from(current.bands, (band) => RISK_BANDS.indexOf(band)),
    probability90d: current.probability90d,
    change90d: current.probability90d.map((now, row) => now - current.previousProbability90d[row]!),
    currencies: codeTexts(current.currencies),
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
