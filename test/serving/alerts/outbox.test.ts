import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { acrossTenants, tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import type { AlertDestination, AlertSettings } from '../../../serving/alerts/alert-settings.ts';
import { type DeliverOptions, deliverAlerts } from '../../../serving/alerts/deliver-alerts.ts';
import { type Channel, DeliveryFailed } from '../../../serving/alerts/messages/channel.ts';
import type { Message } from '../../../serving/alerts/messages/message.ts';
import { previewAlerts, raiseAlerts } from '../../../serving/alerts/raise-alerts.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import type { Withheld } from '../../../serving/batch/withheld.ts';
import { outboxChange, readOutbox } from '../../../serving/scores-mart/alert-outbox.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { day, tenant, writeSmallMarts } from '../small-marts.ts';

/** One warehouse, night after night; the tests go on from one another. */

let warehouse: EmbeddedWarehouse;
let now = new Date('2026-11-10T03:00:00Z');
const clock = () => now;
const log: string[] = [];

const destination = (name: string, more: Partial<AlertDestination> = {}): AlertDestination => ({
  name,
  tenants: '*',
  digest: 'none',
  to: { slack: { webhook: 'CHURN_ALERT_SLACK' } },
  ...more,
});

const settings: AlertSettings = {
  rules: [
    { name: 'at-risk', tenants: '*', mrr_at_least: 0, when: { probability_at_least: 0.5 } },
    { name: 'old', tenants: ['acme' as never], mrr_at_least: 0, when: { scores_older_than_days: 30 } },
  ],
  destinations: [destination('acme-team', { tenants: [tenant('acme')] }), destination('operations')],
};

beforeAll(async () => {
  warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  await writeSmallMarts(warehouse, {
    tenants: { acme: 12, globex: 5 },
    asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
  });
});
afterAll(() => warehouse.close());

const night = (asOf: string, bias: number, withheld: ReadonlyMap<TenantId, Withheld> = new Map()) =>
  scoreNight({
    warehouse,
    registry: championsOf(linearModel({ version: `v${bias}`, bias })),
    featureSet: smallFeatureSet,
    asOf: day(asOf),
    withheld,
    clock,
    runId: `run-${asOf}-${bias}`,
    log: () => undefined,
  });

const raise = () => raiseAlerts({ warehouse, settings, clock, log: (line) => log.push(line) });
const all = () => readOutbox(acrossTenants(warehouse, 'alerts to all tenants'), []);
const byStatus = async (name: string) =>
  (await all()).filter((row) => row.destination === name).map((row) => row.status);

/** Keeps what was sent, and fails as often as it is told to. */
function recorder({ failures = 0, isFinal = false, crashAfter = Number.POSITIVE_INFINITY } = {}) {
  const sent: [string, Message][] = [];
  let left = failures;
  const openChannel = async ({ name }: AlertDestination): Promise<Channel> => ({
    async send(message) {
      if (left-- > 0) throw new DeliveryFailed('answered 503', { isFinal });
      if (sent.length === crashAfter) throw new Error('killed');
      sent.push([name, message]);
    },
    close: async () => undefined,
  });
  return { sent, openChannel };
}

const deliver = (openChannel: DeliverOptions['openChannel'], destinations = settings.destinations) =>
  deliverAlerts({
    warehouse,
    destinations,
    openChannel,
    clock,
    sleep: async () => undefined,
    log: () => undefined,
  });

it('raises nothing on the first night, says so, and raises what crosses on the second, once', async () => {
  await night('2026-11-09', -2);
  expect(await raise()).toEqual({ alerts: 0, unheard: 0 });
  now = new Date('2026-11-17T03:00:00Z');
  await night('2026-11-16', 3);
  const expected = { warehouse, settings, clock, log: () => undefined };
  const preview = await previewAlerts(expected);
  expect(await all()).toEqual([]);
  const raised = await raise();
  expect(raised.alerts).toBeGreaterThan(5);
  expect(preview.map(({ id }) => id).sort()).toEqual(
    [...new Set((await all()).map(({ alert }) => alert.id))].sort(),
  );
  expect(await raise()).toEqual({ alerts: 0, unheard: 0 });
  const ofAcme = await readOutbox(tenantReader(warehouse, tenant('acme')), []);
  expect(new Set(ofAcme.map(({ destination: name }) => name))).toEqual(new Set(['acme-team', 'operations']));
  expect(ofAcme[0]!.alert.account!.reasons.length).toBeGreaterThan(0);
});

it('sends nobody an alert of a tenant that is not theirs, whatever the outbox holds', async () => {
  const { sent, openChannel } = recorder();
  // The settings are changed after the alerts were raised: the query decides, not the row.
  await deliver(openChannel, [destination('operations', { tenants: [tenant('globex')] })]);
  expect(new Set(sent.map(([, { tenantId }]) => tenantId))).toEqual(new Set(['globex']));
});

it('sends again what it does not know to have arrived, under the same id', async () => {
  const killed = recorder({ crashAfter: 2 });
  await expect(deliver(killed.openChannel, [settings.destinations[0]!])).rejects.toThrow('killed');
  expect((await byStatus('acme-team')).filter((status) => status === 'delivered')).toHaveLength(2);
  const again = recorder();
  const done = await deliver(again.openChannel, [settings.destinations[0]!]);
  expect(done.delivered).toBe(again.sent.length);
  const ids = [...killed.sent, ...again.sent].map(([, { id }]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(await byStatus('acme-team'))).toEqual(new Set(['delivered']));
  expect((await deliver(recorder().openChannel, [settings.destinations[0]!])).delivered).toBe(0);
});

it('leaves a destination that is down for later, waits longer each time, and gives up in the end', async () => {
  const operations = [destination('operations')];
  const down = recorder({ failures: 1e9 });
  const first = await deliver(down.openChannel, operations);
  expect(first.delivered).toBe(0);
  const rows = (await all()).filter((row) => row.destination === 'operations' && row.status === 'pending');
  // Three failed in a row; nobody asked about the rest.
  expect(rows.filter(({ attempts }) => attempts === 1)).toHaveLength(3);
  expect(first.pending).toBe(rows.length);
  let attempts = 1;
  for (; attempts < 30; attempts++) {
    now = new Date(now.getTime() + 7 * 3_600_000);
    const done = await deliver(down.openChannel, operations);
    if (done.dead > 0) break;
  }
  expect(attempts + 1).toBe(10);
  const [dead] = (await all()).filter(({ status }) => status === 'dead');
  expect(dead).toMatchObject({ attempts: 10, nextAttemptAt: null, lastError: 'answered 503' });
});

it('keeps quiet hours, and then says it all in one message an owner', async () => {
  now = new Date('2026-11-20T21:00:00Z');
  const quiet = { from: '20:00', to: '06:00', zone: 'UTC' };
  const operations = [destination('operations', { quiet, digest: 'owner' })];
  const asleep = recorder();
  const kept = await deliver(asleep.openChannel, operations);
  expect([asleep.sent.length, kept.delivered]).toEqual([0, 0]);
  expect(kept.quiet).toBeGreaterThan(2);
  now = new Date('2026-11-21T06:00:00Z');
  const awake = recorder();
  const done = await deliver(awake.openChannel, operations);
  expect(done.delivered).toBe(kept.quiet);
  expect(awake.sent.length).toBeLessThan(kept.quiet);
  for (const [, { alerts, owner, tenantId }] of awake.sent) {
    expect(new Set(alerts.map((alert) => alert.owner))).toEqual(new Set([owner]));
    expect(new Set(alerts.map((alert) => alert.tenantId))).toEqual(new Set([tenantId]));
  }
});

it('says of a rule that changed only what is new', async () => {
  const changed = settings.rules.map((rule) =>
    rule.name === 'at-risk' ? { ...rule, when: { probability_at_least: 0.05 } } : rule,
  );
  const options = {
    warehouse,
    settings: { ...settings, rules: changed },
    clock,
    log: (line: string) => log.push(line),
  };
  expect(await raiseAlerts(options)).toEqual({ alerts: 0, unheard: 0 });
  expect(log.at(-1)).toMatch(/^rule at-risk is looked at for .* for the first time/);
});

it('sends as many at once as a minute allows, and leaves the rest after five', async () => {
  now = new Date('2026-11-22T12:00:00Z');
  await night('2026-11-16', -3);
  await raise();
  const pauses: number[] = [];
  const { sent, openChannel } = recorder();
  const waiting = (await all()).filter((row) => row.destination === 'acme-team').slice(0, 9);
  await warehouse.write([
    outboxChange(
      waiting.map((row) => ({ ...row, destination: 'slow', status: 'pending', nextAttemptAt: now })),
    ),
  ]);
  const options = {
    warehouse,
    openChannel,
    clock,
    sleep: async (milliseconds: number) => void pauses.push(milliseconds),
    log: (line: string) => log.push(line),
  };
  const done = await deliverAlerts({ ...options, destinations: [destination('slow', { per_minute: 1 })] });
  expect([sent.length, done.delivered, done.pending]).toEqual([5, 5, 4]);
  expect(pauses).toEqual([60_000, 60_000, 60_000, 60_000]);
  await deliverAlerts({ ...options, destinations: [] });
  expect(log.at(-1)).toBe('alerts for slow wait, and alerts.yaml has no such destination any more');
});

it('tells that scores are old, once', async () => {
  now = new Date('2026-12-30T06:00:00Z');
  expect((await raise()).alerts).toBe(1);
  expect((await all()).at(-1)!.alert.text).toBe('scores are 44 days old, as of 2026-11-16');
  expect((await raise()).alerts).toBe(0);
});

it('tells that a tenant was held back, by which gate, and of nobody else', async () => {
  const gate = { gate: 'missing_days', passed: false, detail: 'nothing came on Monday' };
  const rules: AlertSettings['rules'] = [
    { name: 'held', tenants: '*', mrr_at_least: 0, when: { held_back: true } },
  ];
  const options = { warehouse, settings: { ...settings, rules }, clock, log: () => undefined };
  expect((await raiseAlerts(options)).alerts).toBe(0);
  await night('2026-11-16', 5, new Map([[tenant('globex'), { reason: 'a day is missing', gates: [gate] }]]));
  expect((await raiseAlerts(options)).alerts).toBe(1);
  const { alert } = (await all()).find((row) => row.alert.rule === 'held')!;
  expect([alert.tenantId, alert.text]).toEqual([
    'globex',
    'no new scores, those of 2026-11-16 stay: refused by missing_days',
  ]);
});
