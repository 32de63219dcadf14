import type { ImportableTable } from '../../importable-tables.ts';

/**
 * What exports call the columns of the raw layer, the likeliest name first. Written as letters and digits only. A column's own
 * name is always known, so a new raw column needs no entry.
 */
export const KNOWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  tenant_id: ['tenant', 'workspaceid'],
  account_id: [
    'customerid',
    'accountid',
    'accountcode',
    'organizationid',
    'orgid',
    'companyid',
    'groupid',
    'customer',
    'account',
    'organization',
    'organisation',
    'org',
    'company',
    'team',
  ],
  user_id: ['userid', 'distinctid', 'uid', 'user', 'anonymousid', 'memberid', 'email'],
  event_id: ['insertid', 'messageid', 'uuid'],
  event_type: ['event', 'eventname', 'eventtype', 'action', 'activity'],
  event_time: [
    'time',
    'timestamp',
    'eventtime',
    'originaltimestamp',
    'sentat',
    'receivedat',
    'occurredat',
    'createdat',
    'date',
    'day',
  ],
  quantity: ['quantity', 'count', 'value', 'amount'],
  properties: ['properties', 'eventproperties', 'context'],
  name: ['name', 'companyname', 'customername', 'accountname', 'company', 'organizationname'],
  segment: ['segment', 'tier', 'customersegment', 'companysize', 'industry'],
  region: ['region', 'country', 'billingcountry', 'addresscountry', 'territory'],
  owner: ['owner', 'accountowner', 'accountmanager', 'csm', 'customersuccessmanager'],
  created_at: [
    'created',
    'createdat',
    'createdutc',
    'customersince',
    'signupdate',
    'signedupat',
    'creationdate',
  ],
  subscription_id: ['subscriptionid', 'subscription', 'subscriptionuuid', 'subid'],
  product: ['product', 'productname', 'item', 'planname'],
  plan: ['plan', 'planid', 'plancode', 'planname', 'priceid', 'product'],
  seats: ['seats', 'quantity', 'planquantity', 'licenses', 'licences'],
  mrr: [
    'mrr',
    'mrrincents',
    'mrrcents',
    'monthlyrecurringrevenue',
    'unitamountincents',
    'unitamount',
    'planamount',
    'planunitprice',
    'amountcents',
    'amount',
    'price',
  ],
  currency: ['currency', 'currencycode'],
  started_at: [
    'start',
    'startdate',
    'startutc',
    'startedat',
    'activatedat',
    'activated',
    'currenttermstart',
    'createdat',
    'created',
  ],
  renews_at: [
    'renewsat',
    'currentperiodend',
    'currentperiodendutc',
    'currentperiodendsat',
    'currenttermend',
    'nextbillingat',
    'renewaldate',
  ],
  cancelled_at: [
    'endedat',
    'endedatutc',
    'ended',
    'enddate',
    'expiresat',
    'cancelledat',
    'canceledat',
    'canceledatutc',
  ],
  rate: ['rate', 'exchangerate', 'fxrate'],
  ticket_id: ['ticketid', 'ticket', 'caseid', 'casenumber'],
  opened_at: ['openedat', 'opened', 'createdat', 'created', 'createddate', 'requestedat'],
  closed_at: ['closedat', 'closed', 'solvedat', 'solved', 'resolvedat', 'resolved', 'closeddate'],
  severity: ['severity', 'priority', 'urgency'],
  csat: ['csat', 'satisfaction', 'satisfactionrating', 'satisfactionscore', 'rating'],
};

/** Words in a file's name that say which table it is. */
export const FILE_WORDS: Readonly<Record<ImportableTable, RegExp>> = {
  accounts: /customer|account|compan|organi[sz]ation/i,
  subscriptions: /subscription|contract|billing|plan/i,
  'support-tickets': /ticket|case|support|helpdesk/i,
  events: /event|usage|activit|track|click|daily/i,
  'currency-rates': /exchange|currenc|fx/i,
  'tenant-settings': /tenant-?_?settings/i,
};

/** @example bareName('Created (UTC)') // 'createdutc' */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
