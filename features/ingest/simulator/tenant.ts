import { probit } from 'simple-statistics';
import type { Random } from '../../../stats/seeded-random.ts';
import { inventCompanyName, slug } from './company-name.ts';
import type { ContractTerms } from './contract-terms.ts';
import type { Currency } from './currencies.ts';
import { chance, exponential, logNormal, pick, pickIndex, uniform } from './draws.ts';
import { EVENT_MIX } from './event-types.ts';
import { type Life, livePastWindowStart } from './life.ts';
import { drawOutage, type Outage } from './outage.ts';
import { TENANT_LIFE, TENANT_VARIETY } from './parameters.ts';
import { REGIONS, type Region } from './regions.ts';
import type { Window } from './window.ts';

/** A customer organisation of the platform. All but id, name, region, birth and contract is latent. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly region: Region;
  readonly bornDay: number;
  readonly contract: ContractTerms;
  readonly life: Life;
  readonly accountCount: number;
  readonly owners: readonly string[];
  /** Whether accounts hold subscriptions with this tenant. */
  readonly sellsSubscriptions: boolean;
  /** Share of accounts that have no contract although others do. */
  readonly freeShare: number;
  /** What it is paid in, and reports in. */
  readonly currency: Currency;
  /** What accounts outside its region pay in. */
  readonly currencyAbroad: Currency;
  /** Its accounts leave without any sign. */
  readonly leavesWithoutSign: boolean;
  readonly outage: Outage | null;
  readonly pricePerSeat: number;
  readonly annualShare: number;
  readonly usersPerAccount: number;
  readonly userIntensity: number;
  readonly declineFactor: number;
  readonly leadTimeFactor: number;
  readonly ticketsPerAccountMonth: number;
  /** Weights over `EVENT_MIX`. */
  readonly eventWeights: Float64Array;
  readonly season: TenantSeason;
}

export interface TenantSeason {
  readonly weekendShare: number;
  readonly augustLevel: number;
  readonly yearEndLevel: number;
  readonly yearlyWave: number;
  readonly peakDayOfYear: number;
}

/**
 * Tenants of very different size and habit, three quarters of them older than the window.
 * @param sizeRank in (0, 1), the share of tenants that are smaller: spread evenly, it keeps worlds of other seeds equally large
 */
export function createTenant(
  random: Random,
  window: Window,
  takenNames: Set<string>,
  sizeRank: number,
): Tenant {
  const variety = TENANT_VARIETY;
  const name = inventCompanyName(random, takenNames);
  const region = REGIONS[pickIndex(random, [5, 4, 2, 1])]!;
  const bornDay = chance(random, 0.75)
    ? window.startDay - 30 - random.integer(4 * 365)
    : window.startDay + random.integer(Math.max(1, window.endDay - window.startDay - 60));
  const billing = chance(random, 0.6) ? 'annual' : 'monthly';
  const contract: ContractTerms = { billing, startsOnDay: bornDay + 1 };
  const { median, spread } = variety.accountsPerTenant;
  const accountCount = Math.min(
    Math.max(Math.round(median * Math.exp(spread * probit(sizeRank))), variety.smallestTenantAccounts),
    variety.largestTenantAccounts,
  );
  const character = random.fork('billing and signs');
  const sellsToSome = chance(character, variety.withFreeAccounts);
  const freeShare = sellsToSome ? uniform(character, variety.freeAccounts) : 0;
  const isBilledInTwo = chance(character, variety.twoCurrencies);
  const leavesWithoutSign = chance(character, variety.leaveWithoutSign);
  const tenant = {
    id: slug(name),
    name,
    region,
    bornDay,
    contract,
    life: livePastWindowStart(random, TENANT_LIFE, {
      bornDay,
      window,
      contract,
      declineFactor: 1,
      leadTimeFactor: 1,
      pauseFactor: 1,
    }),
    accountCount,
    owners: ownerHandles(random, accountCount),
    sellsSubscriptions: !chance(random, variety.withoutSubscriptions),
    freeShare,
    currency: region === 'emea' && chance(random, variety.euroInEmea) ? ('EUR' as const) : ('USD' as const),
    leavesWithoutSign,
    outage: drawOutage(character, window),
    pricePerSeat: logNormal(random, variety.pricePerSeat),
    annualShare: uniform(random, variety.annualContracts),
    usersPerAccount: logNormal(random, variety.usersPerAccount),
    userIntensity: logNormal(random, variety.userIntensity),
    declineFactor: logNormal(random, variety.declineRate),
    leadTimeFactor: logNormal(random, variety.leadTime),
    ticketsPerAccountMonth: logNormal(random, variety.supportTicketsPerAccountMonth),
    eventWeights: Float64Array.from(EVENT_MIX, ({ weight }) =>
      logNormal(random, { median: weight, spread: variety.mixSpread }),
    ),
    season: {
      weekendShare: uniform(random, variety.weekendShare),
      augustLevel: uniform(random, variety.augustLevel),
      yearEndLevel: uniform(random, variety.yearEndLevel),
      yearlyWave: uniform(random, variety.yearlyWave),
      peakDayOfYear: random.integer(365),
    },
  };
  const otherCurrency = tenant.currency === 'EUR' ? 'USD' : 'EUR';
  return { ...tenant, currencyAbroad: isBilledInTwo ? otherCurrency : tenant.currency };
}

/** Lags behind its tenant's birth when the tenant was already there as the window opened. */
export function accountBornDay(random: Random, tenant: Tenant, window: Window): number {
  const age = window.startDay - tenant.bornDay;
  if (age > 0 && chance(random, 0.68)) return window.startDay - 1 - Math.floor(age * random.next());
  const from = Math.max(window.startDay, tenant.bornDay);
  const to = Math.min(window.endDay, tenant.life.leavesOnDay) - 7;
  // Tenants that are new bring most of their accounts along in the first weeks.
  if (age <= 0 && chance(random, 0.6))
    return Math.max(from, Math.min(from + Math.floor(exponential(random, 20)), to));
  return from + Math.floor(Math.max(1, to - from) * random.next());
}

/** Role-like handles, no people: `csm-07` or `emea-team-2`. */
function ownerHandles(random: Random, accountCount: number): string[] {
  const count = Math.min(12, 1 + Math.floor(accountCount / 18));
  const style = pick(random, ['csm', 'team', 'desk']);
  return Array.from({ length: count }, (_, i) =>
    style === 'csm'
      ? `csm-${String(i + 1).padStart(2, '0')}`
      : `${REGIONS[i % REGIONS.length]}-${style}-${Math.floor(i / REGIONS.length) + 1}`,
  );
}
