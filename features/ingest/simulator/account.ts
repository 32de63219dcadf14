import type { Random } from '../../../stats/seeded-random.ts';
import { inventCompanyName } from './company-name.ts';
import type { ContractTerms } from './contract-terms.ts';
import type { Currency } from './currencies.ts';
import { chance, exponential, logNormal, pick, pickIndex, uniform } from './draws.ts';
import { type Life, livePastWindowStart } from './life.ts';
import {
  ACCOUNT_LIFE,
  ACCOUNT_VARIETY,
  LIFE_WITHOUT_SIGNS,
  NO_CONTRACT_PAUSE_FACTOR,
  RESTLESS_PAUSE_FACTOR,
  TEMPERAMENTS,
  type Temperament,
} from './parameters.ts';
import { REGIONS, type Region } from './regions.ts';
import { accountBornDay, type Tenant } from './tenant.ts';
import { DAYS_PER_MONTH, type Window } from './window.ts';

/** Someone who works with the product; active on days in [joinsOnDay, leavesOnDay). */
export interface User {
  readonly id: string;
  readonly joinsOnDay: number;
  readonly leavesOnDay: number;
  /** Chance of a session on a normal workday. */
  readonly intensity: number;
  /** Stops when the account's commitment falls below this share of normal. */
  readonly stopsBelow: number;
}

/** A customer of a tenant. All but the first seven fields is latent. */
export interface Account {
  readonly id: string;
  readonly tenant: Tenant;
  readonly name: string;
  readonly region: Region;
  readonly owner: string;
  readonly bornDay: number;
  readonly contract: ContractTerms | null;
  readonly currency: Currency;
  readonly seats: number;
  readonly users: readonly User[];
  readonly life: Life;
  readonly temperament: Temperament;
  readonly moodDeviation: number;
  /** Rows of machine traffic per week, 0 without an integration. */
  readonly integrationRowsPerWeek: number;
  /** The first day that is not observed any more: departure of the account or its tenant, or the window's end. */
  readonly observedToDay: number;
}

export function createAccount(
  random: Random,
  tenant: Tenant,
  id: string,
  window: Window,
  takenNames: Set<string>,
): Account {
  const variety = ACCOUNT_VARIETY;
  const kinds = Object.keys(TEMPERAMENTS) as Temperament[];
  const temperament = kinds[
    pickIndex(
      random,
      kinds.map((kind) => TEMPERAMENTS[kind].share),
    )
  ] as Temperament;
  const bornDay = accountBornDay(random, tenant, window);
  const annual = chance(random, tenant.annualShare);
  const isFree = chance(random.fork('free plan'), tenant.freeShare);
  const startsOnDay = bornDay + 1 + (tenant.sellsSubscriptions ? random.integer(10) : 0);
  const contract: ContractTerms | null =
    tenant.sellsSubscriptions && !isFree ? { billing: annual ? 'annual' : 'monthly', startsOnDay } : null;
  const integrated = temperament === 'silentButLoyal' || chance(random, variety.integrationShare);
  const size = logNormal(random, { median: tenant.usersPerAccount, spread: variety.usersSpread });
  const userSlots = Math.min(Math.max(Math.round(size), 1), variety.mostUsers);
  const life = livePastWindowStart(random, tenant.leavesWithoutSign ? LIFE_WITHOUT_SIGNS : ACCOUNT_LIFE, {
    bornDay,
    window,
    contract,
    declineFactor:
      tenant.declineFactor *
      TEMPERAMENTS[temperament].declineFactor *
      (contract?.billing === 'monthly' ? variety.declineFactorMonthly : 1) *
      (integrated ? variety.declineFactorIntegrated : 1) *
      (userSlots <= 2 ? variety.declineFactorTiny : 1) *
      logNormal(random, { median: 1, spread: variety.declineRateSpread }),
    leadTimeFactor: tenant.leadTimeFactor,
    pauseFactor:
      (temperament === 'restless' ? RESTLESS_PAUSE_FACTOR : 1) * (contract ? 1 : NO_CONTRACT_PAUSE_FACTOR),
  });
  const accountIntensity =
    tenant.userIntensity *
    TEMPERAMENTS[temperament].useFactor *
    logNormal(random, { median: 1, spread: variety.intensitySpread });
  const users = createUsers(random, { accountId: id, userSlots, accountIntensity, bornDay, life, window });
  const name = inventCompanyName(random, takenNames);
  const region = chance(random, 0.7) ? tenant.region : pick(random, REGIONS);
  return {
    id,
    tenant,
    name,
    region,
    currency: region === tenant.region ? tenant.currency : tenant.currencyAbroad,
    owner: pick(random, tenant.owners),
    bornDay,
    contract,
    seats: Math.ceil(users.length * uniform(random, { low: 1, high: 1.9 })),
    users,
    life,
    temperament,
    moodDeviation: uniform(random, variety.moodDeviation),
    integrationRowsPerWeek: integrated ? logNormal(random, variety.integrationRowsPerWeek) : 0,
    observedToDay: Math.min(life.leavesOnDay, tenant.life.leavesOnDay, window.endDay),
  };
}

interface Staffing {
  readonly accountId: string;
  readonly userSlots: number;
  readonly accountIntensity: number;
  readonly bornDay: number;
  readonly life: Life;
  readonly window: Window;
}

function createUsers(random: Random, staffing: Staffing): User[] {
  const { accountId, userSlots, accountIntensity, bornDay, life, window } = staffing;
  const users: User[] = [];
  const meanStayDays = DAYS_PER_MONTH / ACCOUNT_VARIETY.userTurnoverPerMonth;

  for (let slot = 0; slot < userSlots; slot++) {
    const isChampion = slot === 0;
    // A slot is held by one user after another.
    let joinsOnDay = bornDay + (isChampion ? 0 : Math.floor(exponential(random, 25)));
    for (let holder = 0; joinsOnDay < window.endDay; holder++) {
      const stayDays = Math.ceil(exponential(random, meanStayDays));
      const champion = isChampion && holder === 0;
      const leavesOnDay = champion ? life.championLeavesOnDay : joinsOnDay + stayDays;
      if (leavesOnDay > window.startDay)
        users.push({
          id: `${accountId}-u${String(users.length + 1).padStart(2, '0')}`,
          joinsOnDay,
          leavesOnDay,
          intensity: accountIntensity * (champion ? 2.2 : logNormal(random, { median: 0.8, spread: 0.5 })),
          stopsBelow: champion ? 0 : 0.85 * random.next(),
        });
      joinsOnDay = leavesOnDay + 5 + Math.floor(exponential(random, 20));
    }
  }
  return users;
}
