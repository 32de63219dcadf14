import type { Random } from '../../../stats/seeded-random.ts';
import { pick, poisson } from './draws.ts';
import { workingMoment } from './moment.ts';
import { firstLoad, isThere, lastOfEachNight, nightlyLoad } from './nightly-load.ts';
import { ACCOUNT_CHANGES } from './parameters.ts';
import type { AccountRow } from './raw-rows.ts';
import { REGIONS, type Region } from './regions.ts';
import { DAYS_PER_YEAR, type Window } from './window.ts';

export interface RegisteredAccount {
  readonly tenantId: string;
  readonly accountId: string;
  readonly name: string;
  readonly region: Region;
  readonly owner: string;
  /** Who may take it over. */
  readonly owners: readonly string[];
  readonly bornDay: number;
  /** Size by time, as the contract says it: segments follow it. */
  readonly sizes: readonly { readonly from: number; readonly size: number }[];
  readonly segments: { readonly midMarketFrom: number; readonly enterpriseFrom: number };
  /** Nothing at or after this day is known. */
  readonly knownToDay: number;
  /** The account is gone from this day on, and nobody edits it. */
  readonly leavesOnDay: number;
}

interface Edit {
  readonly at: number;
  readonly change: Partial<Pick<AccountRow, 'name' | 'region' | 'owner' | 'segment'>>;
}

/** Every version of an account that the nightly load found: who looks after it, what it is called, how large it is. */
export function accountHistory(
  random: Random,
  account: RegisteredAccount,
  window: Window,
): Iterable<AccountRow> {
  return lastOfEachNight(everyState(random, account, window));
}

function* everyState(random: Random, account: RegisteredAccount, window: Window): Generator<AccountRow> {
  const { tenantId, accountId, bornDay, knownToDay } = account;
  const created_at = workingMoment(random, account.region, bornDay);
  const createdLoadedAt = Math.max(nightlyLoad(created_at), firstLoad(window));
  let row: AccountRow = {
    tenant_id: tenantId,
    account_id: accountId,
    name: account.name,
    segment: segmentOf(account, account.sizes[0]!.size),
    region: account.region,
    owner: account.owner,
    created_at,
    valid_from: createdLoadedAt === firstLoad(window) ? null : created_at,
    loaded_at: createdLoadedAt,
  };
  if (isThere(created_at, row.loaded_at, knownToDay)) yield row;
  for (const { at, change } of edits(random, account, window)) {
    const loaded_at = nightlyLoad(at);
    const next = { ...row, ...change, valid_from: at, loaded_at };
    const isSame = next.segment === row.segment && next.owner === row.owner && next.name === row.name;
    if ((isSame && next.region === row.region) || !isThere(at, loaded_at, knownToDay)) continue;
    row = next;
    yield row;
  }
}

function edits(random: Random, account: RegisteredAccount, window: Window): Edit[] {
  const fromDay = Math.max(window.startDay, account.bornDay) + 1;
  const days = Math.max(0, Math.min(account.leavesOnDay, account.knownToDay) - fromDay);
  const made: Edit[] = account.sizes
    .slice(1)
    .map(({ from, size }) => ({ at: from, change: { segment: segmentOf(account, size) } }));

  function some(perYear: number, change: () => Edit['change']): void {
    for (let count = poisson(random, (perYear * days) / DAYS_PER_YEAR); count > 0; count--)
      made.push({
        at: workingMoment(random, account.region, fromDay + random.integer(days)),
        change: change(),
      });
  }

  some(ACCOUNT_CHANGES.ownersPerYear, () => ({ owner: pick(random, account.owners) }));
  some(ACCOUNT_CHANGES.namesPerYear, () => ({ name: `${account.name} Group` }));
  some(ACCOUNT_CHANGES.regionsPerYear, () => ({ region: pick(random, REGIONS) }));
  return made.sort((a, b) => a.at - b.at);
}

function segmentOf({ segments }: RegisteredAccount, size: number): string {
  if (size >= segments.enterpriseFrom) return 'enterprise';
  return size >= segments.midMarketFrom ? 'mid_market' : 'small_business';
}
