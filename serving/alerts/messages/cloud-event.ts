import type { Message } from './message.ts';

/** A message as a CloudEvent 1.0, for programs. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** An extension, so that a broker can route without reading the data. */
  readonly tenantid: string;
  readonly data: { readonly alerts: readonly Readonly<Record<string, unknown>>[] };
}

/** The event's id is the message's: a receiver that has seen it drops it. */
export function cloudEvent({ id, tenantId, alerts, raisedAt }: Message): CloudEvent {
  const [first] = alerts;
  return {
    specversion: '1.0',
    id,
    source: `/churn/tenants/${encodeURIComponent(tenantId)}`,
    type: alerts.length === 1 ? 'churn.alert.raised' : 'churn.alerts.raised',
    subject: alerts.length === 1 && first!.accountId !== null ? first!.accountId : tenantId,
    time: raisedAt.toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    data: {
      alerts: alerts.map(({ tenantId: tenant_id, accountId: account_id, asOf: as_of_date, ...alert }) => ({
        tenant_id,
        account_id,
        as_of_date,
        ...alert,
      })),
    },
  };
}
