import { createHash } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import { rowsByTenant } from '../../features/warehouse/tenant-rows.ts';
import { acrossTenants, type CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { Alert } from '../scores-mart/alert.ts';
import { alertOutbox, type OutboxRow, outboxChange, readOutbox } from '../scores-mart/alert-outbox.ts';
import { alertStates } from '../scores-mart/alert-states.ts';
import { vocabularies } from '../scores-mart/feature-words.ts';
import { type HeldBack, readHeldBack } from '../scores-mart/held-back.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readCurrentScoresByTenant } from '../scores-mart/scores-by-tenant.ts';
import { readRecentRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import { accountStatesOf } from './account-states-of.ts';
import type { AlertDestination, AlertRule, AlertSettings } from './alert-settings.ts';
import { crossings, type OpenSubjects } from './crossings.ts';
import type { Portfolio } from './portfolio.ts';

export interface RaiseOptions {
  readonly warehouse: Warehouse;
  readonly settings: AlertSettings;
  readonly clock: () => Date;
  /** All scored tenants when left out. */
  readonly tenantIds?: readonly TenantId[] | undefined;
  /** Why a night that is not recorded for a tenant by itself kept its old scores; null or left out where none did. */
  readonly heldBack?: ((tenantId: TenantId) => string | null) | undefined;
  /** Lines for whoever watches. */
  readonly log: (line: string) => void;
}

export interface Raised {
  readonly alerts: number;
  /** Those that no destination takes. */
  readonly unheard: number;
}

/** Tenants whose alerts are written together. */
const TENANTS_PER_WRITE = 5_000;

/**
 * Puts into the outbox what rules find new, each tenant's alerts and the state of its rules in one write, together with
 * those of other tenants: after a kill either both are there or neither is. Looked at again, the same scores raise nothing
 * more.
 */
export async function raiseAlerts(options: RaiseOptions): Promise<Raised> {
  const { warehouse, log } = options;
  await warehouse.ensureTable(alertOutbox);
  await warehouse.ensureTable(alertStates);
  const raised = { alerts: 0, unheard: 0 };
  let waiting: News[] = [];
  const write = async () => {
    const news = waiting;
    waiting = [];
    for await (const { tenantId, alerts, rows, begun } of writeNews(warehouse, news)) {
      const heard = new Set(rows.map(({ alert }) => alert.id));
      raised.alerts += alerts.length;
      raised.unheard += alerts.filter(({ id }) => !heard.has(id)).length;
      for (const rule of begun)
        log(
          `rule ${rule} is looked at for ${tenantId} for the first time; what holds already raises no alert`,
        );
    }
  };
  for await (const news of findNews(options)) {
    waiting.push(news);
    if (waiting.length >= TENANTS_PER_WRITE) await write();
  }
  await write();
  return raised;
}

/** Where tenants cannot be written together, each is written by itself: one that fails holds back none before it. */
async function* writeNews(warehouse: Warehouse, news: readonly News[]): AsyncGenerator<News> {
  if (news.length === 0) return;
  try {
    const held = await readHeld(warehouse, news);
    const fresh = news.flatMap(({ rows }) => rows).filter((row) => !held.has(keyOf(row)));
    const changes = statesChanges(news);
    await warehouse.write(fresh.length === 0 ? changes : [...changes, outboxChange(fresh)]);
  } catch (error) {
    if (news.length === 1) throw error;
    for (const one of news) yield* writeNews(warehouse, [one]);
    return;
  }
  yield* news;
}

export type PreviewedAlert = Alert & { readonly destinations: readonly string[] };

/** What `raiseAlerts` would raise. Nothing is written. */
export async function previewAlerts(options: RaiseOptions): Promise<readonly PreviewedAlert[]> {
  const previewed: PreviewedAlert[] = [];
  for await (const { alerts, rows } of findNews(options))
    for (const alert of alerts) {
      const destinations = rows.filter((row) => row.alert.id === alert.id).map((row) => row.destination);
      previewed.push({ ...alert, destinations });
    }
  return previewed;
}

/** Of one tenant. */
interface News extends Found {
  readonly tenantId: TenantId;
  readonly rows: readonly OutboxRow[];
}

/** Tenants for which a rule found something new, or is looked at for the first time. */
async function* findNews({
  warehouse,
  settings,
  clock,
  tenantIds,
  heldBack,
}: RaiseOptions): AsyncGenerator<News> {
  if ((await warehouse.describe(scoreRuns.relation)).length === 0) return;
  const isBegun = (await warehouse.describe(alertStates.relation)).length > 0;
  const vocabularyOf = vocabularies(warehouse);
  const everybody = acrossTenants(warehouse, 'list of tenants');
  const runs = runsByTenant(await readRecentRuns(everybody, 0));
  const current = new Map([...runs].map(([tenantId, ofTenant]) => [tenantId, ofTenant.at(-1)!]));
  const recorded = await readHeldBack(everybody, current);
  const rulesOf = (tenantId: TenantId) => settings.rules.filter((rule) => covers(rule, tenantId));
  const looked = [...current].filter(
    ([tenantId]) => (tenantIds?.includes(tenantId) ?? true) && rulesOf(tenantId).length > 0,
  );
  const watching = acrossTenants(warehouse, 'alerts to all tenants');
  const statesOf = isBegun ? await readStates(watching) : new Map<TenantId, RuleStates>();
  for await (const scores of readCurrentScoresByTenant(watching, vocabularyOf, new Map(looked))) {
    const { tenantId, run } = scores;
    const portfolio: Portfolio = {
      tenantId,
      asOf: run.asOf,
      today: clock().toISOString().slice(0, 10) as AsOfDate,
      heldBack: heldBack?.(tenantId) ?? reasonOfRecord(recorded.get(tenantId)),
      accounts: accountStatesOf(scores),
    };
    const found = findCrossings(rulesOf(tenantId), portfolio, statesOf.get(tenantId) ?? new Map());
    if (found.states.size === 0) continue;
    const rows = found.alerts.flatMap((alert) => addressed(alert, settings.destinations, clock()));
    yield { tenantId, rows, ...found };
  }
}

interface Found {
  readonly alerts: readonly Alert[];
  /** What is open now under the rules where that changed, by what is watched. */
  readonly states: RuleStates;
  /** Rules that were never looked at before. */
  readonly begun: readonly string[];
}

function findCrossings(rules: readonly AlertRule[], portfolio: Portfolio, before: RuleStates): Found {
  const alerts: Alert[] = [];
  const states = new Map<string, OpenSubjects>();
  const begun: string[] = [];
  for (const rule of rules) {
    const watched = stateKey(rule);
    const open = before.get(watched) ?? null;
    const now = crossings(rule, portfolio, open);
    alerts.push(...now.alerts);
    if (open === null && now.open.size > 0 && now.alerts.length === 0) begun.push(rule.name);
    if (open === null || !sameSubjects(open, now.open)) states.set(watched, now.open);
  }
  return { alerts, states, begun };
}

/** What the record of a tenant's runs says, where no step of tonight does. */
function reasonOfRecord(held: HeldBack | undefined): string | null {
  if (held === undefined) return null;
  return held.gates.length === 0 ? held.status : `${held.status} by ${held.gates.join(', ')}`;
}

/** By what is watched. */
type RuleStates = ReadonlyMap<string, OpenSubjects>;

async function readStates(reader: CrossTenantReader): Promise<ReadonlyMap<TenantId, RuleStates>> {
  const statesOf = new Map<TenantId, RuleStates>();
  const columns = ['rule', 'account_id', 'is_open'];
  for await (const ofTenant of rowsByTenant(reader, { relation: alertStates.relation, columns })) {
    const states = new Map<string, Set<string>>();
    for (const { rule, account_id, is_open } of await rowsOfBatches(ofTenant.batches())) {
      const open = states.get(String(rule)) ?? new Set<string>();
      states.set(String(rule), open);
      if (is_open === 1) open.add(String(account_id));
    }
    statesOf.set(ofTenant.tenantId, states);
  }
  return statesOf;
}

/** One change for all tenants with news under the same rules: a partition is every tenant under every rule of its list. */
function statesChanges(news: readonly News[]): TableChange[] {
  const alike = new Map<string, News[]>();
  for (const one of news) {
    const key = JSON.stringify([...one.states.keys()].sort());
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  return [...alike.values()].map((group) => ({
    mode: 'replacePartition',
    table: alertStates,
    rows: rowSource(columnBatchOfRows(alertStates.columns, group.flatMap(stateRows))),
    partition: [
      { column: 'tenant_id', value: group.map(({ tenantId }) => tenantId) },
      { column: 'rule', value: [...group[0]!.states.keys()] },
    ],
  }));
}

function stateRows({ tenantId, states }: News) {
  return [...states].flatMap(([rule, open]) => {
    const looked = { tenant_id: tenantId, rule, account_id: '', is_open: false };
    return [looked, ...[...open].map((accountId) => ({ ...looked, account_id: accountId, is_open: true }))];
  });
}

/** A row for each destination that may hear of the tenant and takes the rule. */
function addressed(alert: Alert, destinations: readonly AlertDestination[], now: Date): OutboxRow[] {
  return destinations
    .filter((one) => covers(one, alert.tenantId) && (one.rules?.includes(alert.rule) ?? true))
    .map(({ name }) => ({
      alert,
      destination: name,
      status: 'pending',
      attempts: 0,
      raisedAt: now,
      nextAttemptAt: now,
      deliveredAt: null,
      lastError: null,
    }));
}

function covers({ tenants }: Pick<AlertRule, 'tenants'>, tenantId: TenantId): boolean {
  return tenants === '*' || tenants.includes(tenantId);
}

/** A rule that says something else under its old name is looked at for the first time. */
function stateKey({ name, when, mrr_at_least }: AlertRule): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([when, mrr_at_least]))
    .digest('hex');
  return `${name}@${hash.slice(0, 12)}`;
}

/** Rows of these alerts that are there already: whatever became of them, they are not begun again. */
async function readHeld(warehouse: Warehouse, news: readonly News[]): Promise<ReadonlySet<string>> {
  const raising = news.filter(({ alerts }) => alerts.length > 0);
  if (raising.length === 0) return new Set();
  const asOf = [...new Set(raising.flatMap(({ alerts }) => alerts.map((alert) => alert.asOf)))];
  const held = await readOutbox(acrossTenants(warehouse, 'alerts to all tenants'), [
    { column: 'tenant_id', is: 'in', value: raising.map(({ tenantId }) => tenantId) },
    { column: 'as_of_date', is: 'in', value: asOf },
  ]);
  return new Set(held.map(keyOf));
}

function keyOf({ alert, destination }: Pick<OutboxRow, 'alert' | 'destination'>): string {
  return JSON.stringify([alert.tenantId, alert.id, destination]);
}

function sameSubjects(a: OpenSubjects, b: OpenSubjects): boolean {
  return a.size === b.size && [...a].every((subject) => b.has(subject));
}
