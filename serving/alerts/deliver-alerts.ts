import { Failure } from '../../features/contract/failure.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import { acrossTenants, tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter, Warehouse } from '../../features/warehouse/warehouse.ts';
import { alertOutbox, type OutboxRow, outboxChange, readOutbox } from '../scores-mart/alert-outbox.ts';
import type { AlertDestination } from './alert-settings.ts';
import { type Channel, DeliveryFailed } from './messages/channel.ts';
import { type Envelope, messagesOf } from './messages/message.ts';
import { whenHeard } from './quiet-hours.ts';

export interface DeliverOptions {
  readonly warehouse: Warehouse;
  readonly destinations: readonly AlertDestination[];
  readonly openChannel: (destination: AlertDestination) => Promise<Channel>;
  readonly clock: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Alerts by what became of them. */
export interface Delivered {
  readonly delivered: number;
  /** Put off by quiet hours. */
  readonly quiet: number;
  /** Failed, and to be tried again. */
  readonly pending: number;
  /** Given up. */
  readonly dead: number;
}

const MOST_ATTEMPTS = 10;
const FIRST_PAUSE_MILLISECONDS = 60_000;
const LONGEST_PAUSE_MILLISECONDS = 6 * 3_600_000;
/** A destination that fails so often in a row is left for the next time. */
const FAILURES_IN_A_ROW = 3;
const MESSAGES_A_MINUTE = 60;
/** A run waits so often for the next minute of a destination; what is left then is for the next run. */
const MOST_MINUTES = 5;

/**
 * Sends what is due and records each message as soon as it is delivered. Killed between the two, it sends that message again
 * the next time: at least once, under the same id.
 */
export async function deliverAlerts(options: DeliverOptions): Promise<Delivered> {
  await options.warehouse.ensureTable(alertOutbox);
  const total = { delivered: 0, quiet: 0, pending: 0, dead: 0 };
  for (const destination of options.destinations) {
    const done = await deliverTo(destination, options);
    for (const key of ['delivered', 'quiet', 'pending', 'dead'] as const) total[key] += done[key];
  }
  for (const name of await readForgotten(options))
    options.log(`alerts for ${name} wait, and alerts.yaml has no such destination any more`);
  return total;
}

async function deliverTo(destination: AlertDestination, options: DeliverOptions): Promise<Delivered> {
  const { warehouse, openChannel, clock, sleep, log } = options;
  const done = { delivered: 0, quiet: 0, pending: 0, dead: 0 };
  const due = await readDue(warehouse, destination, clock());
  if (due.length === 0) return done;
  const heardAt = whenHeard(destination.quiet, clock());
  if (heardAt > clock()) {
    await warehouse.write([outboxChange(due.map((row) => ({ ...row, nextAttemptAt: heardAt })))]);
    return { ...done, quiet: due.length };
  }
  let channel: Channel;
  try {
    channel = await openChannel(destination);
  } catch (error) {
    // One destination that is set up wrong does not keep the others from hearing.
    if (!(error instanceof Failure)) throw error;
    log(error.message);
    return { ...done, pending: due.length };
  }
  try {
    let failures = 0;
    const perMinute =
      destination.per_minute ?? ('kafka' in destination.to ? Number.POSITIVE_INFINITY : MESSAGES_A_MINUTE);
    for (const [at, envelope] of messagesOf(destination, due).entries()) {
      if (failures === FAILURES_IN_A_ROW || at >= perMinute * MOST_MINUTES) {
        done.pending += envelope.rows.length;
        continue;
      }
      if (at > 0 && at % perMinute === 0) await sleep(60_000);
      const settled = await send(channel, envelope, clock);
      await warehouse.write([outboxChange(settled)]);
      for (const { status } of settled) done[status]++;
      const { status, lastError } = settled[0]!;
      failures = status === 'delivered' ? 0 : failures + 1;
      if (status === 'delivered') continue;
      log(
        `alert for ${destination.name}: ${lastError}; ${status === 'dead' ? 'given up' : 'it is tried again later'}`,
      );
    }
  } finally {
    await channel.close();
  }
  return done;
}

/** The rows of an envelope as they stand after one attempt. */
async function send(channel: Channel, { message, rows }: Envelope, clock: () => Date): Promise<OutboxRow[]> {
  try {
    await channel.send(message);
    const deliveredAt = clock();
    return rows.map((row) => ({
      ...row,
      status: 'delivered',
      attempts: row.attempts + 1,
      deliveredAt,
      nextAttemptAt: null,
      lastError: null,
    }));
  } catch (error) {
    if (!(error instanceof DeliveryFailed)) throw error;
    return rows.map((row) => {
      const attempts = row.attempts + 1;
      const isDead = error.isFinal || attempts >= MOST_ATTEMPTS;
      const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_MILLISECONDS);
      return {
        ...row,
        status: isDead ? 'dead' : 'pending',
        attempts,
        nextAttemptAt: isDead ? null : new Date(clock().getTime() + pause),
        lastError: error.message,
      };
    });
  }
}

/** What is due for a destination. The tenants that it may hear of are part of the query. */
async function readDue(warehouse: Warehouse, destination: AlertDestination, now: Date): Promise<OutboxRow[]> {
  const where: readonly KeyFilter[] = [
    { column: 'destination', is: '=', value: destination.name },
    { column: 'status', is: '=', value: 'pending' },
    { column: 'next_attempt_at', is: '<=', value: now.toISOString() },
  ];
  if (destination.tenants === '*')
    return readOutbox(acrossTenants(warehouse, 'alerts to all tenants'), where);
  const rows: OutboxRow[] = [];
  for (const tenantId of destination.tenants)
    rows.push(...(await readOutbox(tenantReader(warehouse, tenantId), where)));
  return rows;
}

/** Destinations that rows wait for and that the settings no longer have. */
async function readForgotten({ warehouse, destinations }: DeliverOptions): Promise<readonly string[]> {
  const rows = acrossTenants(warehouse, 'alerts to all tenants').read({
    relation: alertOutbox.relation,
    columns: ['destination'],
    where: [{ column: 'status', is: '=', value: 'pending' }],
    distinct: true,
  });
  const known = new Set(destinations.map(({ name }) => name));
  const waiting = (await rowsOfBatches(rows)).map(({ destination }) => String(destination));
  return waiting.filter((name) => !known.has(name)).sort();
}
