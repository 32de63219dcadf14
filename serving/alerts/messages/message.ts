import { createHash } from 'node:crypto';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { Alert } from '../../scores-mart/alert.ts';
import type { OutboxRow } from '../../scores-mart/alert-outbox.ts';

/** What is sent at once: alerts of one tenant. */
export interface Message {
  /** Of the only alert, or a hash of the ids of all. */
  readonly id: string;
  readonly tenantId: TenantId;
  /** Of all accounts in it; null where they are several people's or nobody's. */
  readonly owner: string | null;
  readonly subject: string;
  readonly alerts: readonly Alert[];
  readonly raisedAt: Date;
}

/** A message and the rows of the outbox that it settles. */
export interface Envelope {
  readonly message: Message;
  readonly rows: readonly OutboxRow[];
}

/** Rows of one destination as messages, in the order in which they were raised. No message has two tenants. */
export function messagesOf(
  { digest }: { readonly digest: 'none' | 'owner' | 'tenant' },
  rows: readonly OutboxRow[],
): readonly Envelope[] {
  const groups = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const { tenantId, owner, id } = row.alert;
    const key = JSON.stringify([tenantId, digest === 'none' ? id : digest === 'owner' ? owner : null]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({ message: messageOf(group), rows: group }));
}

function messageOf(rows: readonly OutboxRow[]): Message {
  const alerts = rows.map(({ alert }) => alert);
  const [first] = alerts;
  const owners = new Set(alerts.map(({ owner }) => owner));
  return {
    id: alerts.length === 1 ? first!.id : hashOf(alerts.map(({ id }) => id)),
    tenantId: first!.tenantId,
    owner: owners.size === 1 ? first!.owner : null,
    subject:
      alerts.length === 1
        ? `${first!.tenantId}: ${first!.text}`
        : `${first!.tenantId}: ${alerts.length} alerts as of ${first!.asOf}`,
    alerts,
    raisedAt: rows[0]!.raisedAt,
  };
}

function hashOf(ids: readonly string[]): string {
  return createHash('sha256').update(ids.toSorted().join(' ')).digest('hex').slice(0, 32);
}
