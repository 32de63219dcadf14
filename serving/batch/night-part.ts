import { createHash } from 'node:crypto';
import type { TenantId } from '../../features/contract/tenant-id.ts';

/** The first, second … of so many parts of a night, which together have every tenant once. */
export interface NightPart {
  /** From 1 to `of`. */
  readonly part: number;
  readonly of: number;
}

/** By the tenant's id alone, so that every host draws the same line without asking another. */
export function isInPart(tenantId: TenantId, { part, of }: NightPart): boolean {
  const hash = createHash('sha256').update(tenantId).digest().readUInt32BE(0);
  return hash % of === part - 1;
}
