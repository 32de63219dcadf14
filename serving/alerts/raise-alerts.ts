import { createHash } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import { acrossTenants, type TenantReader, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { TableChange, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { Alert } from '../scores-mart/alert.ts';
import { alertOutbox, type OutboxRow, outboxChange, readOutbox } from '../scores-mart/alert-outbox.ts';
import { alertStates } from '../scores-mart/alert-states.ts';
import { vocabularies } from '../scores-mart/feature-words.ts';
import { type HeldBack, readHeldBack } from '../scores-mart/held-back.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant } from '../scores-mart/succeeded-runs.ts';
import type { AlertDestination, AlertRule, AlertSettings } from './alert-settings.ts';
import { crossings, type OpenSubjects } from './crossings.ts';
import type { Portfolio } from './portfolio.ts';
import { readAccountStates } from './read-account-states.ts';

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

/**
 * Puts into the outbox what rules find new, tenant by tenant, each tenant's alerts and the state of its rules in one write:
 * after a kill either both are there or neither is. Looked at again, the same scores raise nothing more.
 */
export async function raiseAlerts(options: RaiseOptions): Promise<Raised> {
  const { warehouse, log } = options;
  await warehouse.ensureTable(alertOutbox);
  await warehouse.ensureTable(alertStates);
  const raised = { alerts: 0, unheard: 0 };
  for await (const { tenantId, alerts, rows, changes, begun } of findNews(options)) {
    const held = await readHeld(tenantReader(warehouse, tenantId), alerts);
    const fresh = rows.filter((row) => !held.has(keyOf(row)));
    await warehouse.write(fresh.length === 0 ? changes : [...changes, outboxChange(fresh)]);
    const heard = new Set(rows.map(({ alert }) => alert.id));
    raised.alerts += alerts.length;
    raised.unheard += alerts.filter(({ id }) => !heard.has(id)).length;
    for (const rule of begun)
      log(`rule ${rule} is looked at for ${tenantId} for the first time; what holds already raises no alert`);
  }
  return raised;
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
  const runs = runsByTenant(await readSucceededRuns(everybody));
  const current = new Map([...runs].map(([tenantId, ofTenant]) => [tenantId, ofTenant.at(-1)!]));
  const recorded = await readHeldBack(everybody, current);
  for (const [tenantId, run] of current) {
    if (tenantIds !== undefined && !tenantIds.includes(tenantId)) continue;
    const rules = settings.rules.filter((rule) => covers(rule, tenantId));
    if (rules.length === 0) continue;
    const reader = tenantReader(warehouse, tenantId);
    const portfolio: Portfolio = {
      tenantId,
      asOf: run.asOf,
      today: clock().toISOString().slice(0, 10) as AsOfDate,
      heldBack: heldBack?.(tenantId) ?? reasonOfRecord(recorded.get(tenantId)),
      accounts: await readAccountStates(reader, vocabularyOf, run),
    };
    const states = isBegun ? await readStates(reader) : new Map<string, OpenSubjects>();
    const found = findCrossings(rules, portfolio, states);
    if (found.changes.length === 0) continue;
    const rows = found.alerts.flatMap((alert) => addressed(alert, settings.destinations, clock()));
    yield { tenantId, rows, ...found };
  }
}

interface Found {
  readonly alerts: readonly Alert[];
  readonly changes: readonly TableChange[];
  /** Rules that were never looked at before. */
  readonly begun: readonly string[];
}

function findCrossings(
  rules: readonly AlertRule[],
  portfolio: Portfolio,
  states: ReadonlyMap<string, OpenSubjects>,
): Found {
  const alerts: Alert[] = [];
  const changes: TableChange[] = [];
  const begun: string[] = [];
  for (const rule of rules) {
    const watched = stateKey(rule);
    const before = states.get(watched) ?? null;
    const now = crossings(rule, portfolio, before);
    alerts.push(...now.alerts);
    if (before === null && now.open.size > 0 && now.alerts.length === 0) begun.push(rule.name);
    if (before === null || !sameSubjects(before, now.open))
      changes.push(statesChange(portfolio.tenantId, watched, now.open));
  }
  return { alerts, changes, begun };
}

/** What the record of a tenant's runs says, where no step of tonight does. */
function reasonOfRecord(held: HeldBack | undefined): string | null {
  if (held === undefined) return null;
  return held.gates.length === 0 ? held.status : `${held.status} by ${held.gates.join(', ')}`;
}

async function readStates(reader: TenantReader): Promise<ReadonlyMap<string, OpenSubjects>> {
  const columns = ['rule', 'account_id', 'is_open'];
  const rows = await rowsOfBatches(reader.read({ relation: alertStates.relation, columns }));
  const states = new Map<string, Set<string>>();
  for (const { rule, account_id, is_open } of rows) {
    const open = states.get(String(rule)) ?? new Set<string>();
    states.set(String(rule), open);
    if (is_open === 1) open.add(String(account_id));
  }
  return states;
}

function statesChange(tenantId: TenantId, rule: string, open: OpenSubjects): TableChange {
  const looked = { tenant_id: tenantId, rule, account_id: '', is_open: false };
  const rows = [...open].map((accountId) => ({ ...looked, account_id: accountId, is_open: true }));
  return {
    mode: 'replacePartition',
    table: alertStates,
    rows: rowSource(columnBatchOfRows(alertStates.columns, [looked, ...rows])),
    partition: [
      { column: 'tenant_id', value: tenantId },
      { column: 'rule', value: rule },
    ],
  };
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
async function readHeld(reader: TenantReader, alerts: readonly Alert[]): Promise<ReadonlySet<string>> {
  if (alerts.length === 0) return new Set();
  const asOf = [...new Set(alerts.map((alert) => alert.asOf))];
  const held = await readOutbox(reader, [{ column: 'as_of_date', is: 'in', value: asOf }]);
  return new Set(held.map(keyOf));
}

function keyOf({ alert, destination }: Pick<OutboxRow, 'alert' | 'destination'>): string {
  return `${alert.id} ${destination}`;
}

function sameSubjects(a: OpenSubjects, b: OpenSubjects): boolean {
  return a.size === b.size && [...a].every((subject) => b.has(subject));
}
