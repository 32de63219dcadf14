import { createHash } from 'node:crypto';
import type { TenantId } from '../contract/tenant-id.ts';

/**
 * What the record of an erasure keeps of an account's id: enough to know the account when it comes again. dbt's macro
 * `account_hash` gives the same. Whoever guesses an id can check the guess, so it is a pseudonym and no anonymity.
 */
export function accountHash(tenantId: TenantId, accountId: string): string {
  return createHash('sha256').update(`${tenantId}/${accountId}`).digest('hex');
}
