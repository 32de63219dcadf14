import { createHash } from 'node:crypto';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { featureWords } from '../scores-mart/feature-words.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';

/** A night that was published with other columns cannot be read; its fingerprint tells. */
export function columnsHash(): string {
  return sha256([accountChurnScores, featureWords, scoreRuns].map(({ columns }) => columns));
}

/**
 * One of sixteen groups, by the tenant's id alone: files are few, and a tenant that is scored again rewrites one
 * sixteenth of its day. @example tenantGroup('acme') // '8'
 */
export function tenantGroup(tenantId: TenantId): string {
  return sha256(tenantId)[0]!;
}

export function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
