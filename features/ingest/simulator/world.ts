import { createRandom, type Random } from '../../../stats/seeded-random.ts';
import { type Account, createAccount } from './account.ts';
import { createTenant, type Tenant } from './tenant.ts';
import type { Window } from './window.ts';

/** One tenant with its accounts, and the random stream that belongs to it alone. */
export interface TenantWorld {
  readonly tenant: Tenant;
  readonly accounts: readonly Account[];
  readonly random: Random;
}

/** Who is there and how each will fare; what they do is drawn later, from streams of their own. */
export function createWorld(seed: number, tenantCount: number, window: Window): TenantWorld[] {
  const root = createRandom(seed);
  const tenantNames = new Set<string>();
  let accountNumber = 0;
  return Array.from({ length: tenantCount }, (_, index) => {
    const random = root.fork(`tenant ${index}`);
    const tenant = createTenant(random.fork('character'), window, tenantNames, (index + 0.5) / tenantCount);
    const accountNames = new Set<string>();
    const accounts = Array.from({ length: tenant.accountCount }, (_, place) => {
      const id = `acc-${String(++accountNumber).padStart(5, '0')}`;
      return createAccount(random.fork(`account ${place}`), tenant, id, window, accountNames);
    });
    return { tenant, accounts, random };
  });
}
