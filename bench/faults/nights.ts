import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { SmallRow } from '../../features/warehouse/rows-of-batches.ts';
import { createRandom, type Random } from '../../stats/seeded-random.ts';
import { type Ended, runChurn, startChurn } from './churn-process.ts';
import { compareRows, type RowComparison } from './compare-rows.ts';
import { type Delivery, joined, land, type SmallPlatform } from './small-platform.ts';
import { leftBehind, readState } from './state.ts';

/** Faults of the platform hit an attempt at a night; those of data hit one tenant's delivery. */
const PLATFORM_FAULTS = [
  'kill',
  'warehouse error',
  'full disk',
  'bad artefact',
  'two nights at once',
] as const;
const DATA_FAULTS = ['late', 'doubled', 'silent', 'renamed'] as const;

export type PlatformFault = (typeof PLATFORM_FAULTS)[number];
export type DataFault = (typeof DATA_FAULTS)[number];

export interface FaultyNight {
  readonly night: AsOfDate;
  readonly faults: readonly (PlatformFault | `${DataFault} ${string}`)[];
  /** Exit status of each attempt, in order; null for a kill. */
  readonly attempts: readonly (number | null)[];
  readonly seconds: number;
  /** Tenants that ought to have this day's scores, and those that did by the deadline. */
  readonly expected: number;
  readonly landed: number;
  readonly missing: readonly string[];
  readonly leftBehind: readonly string[];
}

export interface FaultyNights {
  readonly nights: readonly FaultyNight[];
  readonly comparison: RowComparison;
}

export interface NightsOptions {
  readonly times: number;
  readonly seed: number;
  /** Share of tenant-nights that a fault hits. */
  readonly share: number;
  readonly log: (line: string) => void;
}

/** How long a night may take, with everything that is tried again. */
const DEADLINE_SECONDS = 900;
const ATTEMPTS = 6;
const PAUSE_MILLISECONDS = 500;

/** Runs nights with faults, one after the other, each under a supervisor that runs the command again until it ends well. */
export async function faultyNights(
  platform: SmallPlatform,
  home: string,
  { times, seed, share, log }: NightsOptions,
): Promise<FaultyNights> {
  const random = createRandom(seed);
  const arrived: Delivery[] = [];
  const waiting = new Map<string, Delivery>();
  const nights: FaultyNight[] = [];
  let usualSeconds = (await runChurn(home, ['nightly'])).seconds;
  for (const night of platform.nights.slice(0, times)) {
    const { platformFaults, dataFaults } = drawFaults(platform, random, share);
    arrived.push(...deliver(platform, home, night, dataFaults, waiting));
    const started = performance.now();
    const attempts = await supervise(home, platformFaults, random, usualSeconds);
    const seconds = (performance.now() - started) / 1000;
    const state = await readState(home, platform.accounts);
    const missing = platform.tenantIds.filter((id) => !state.landed.has(`${id} ${night}`));
    const isLate = seconds > DEADLINE_SECONDS;
    nights.push({
      night,
      faults: [...platformFaults, ...[...dataFaults].map(([id, fault]) => `${fault} ${id}` as const)],
      attempts: attempts.map(({ status }) => status),
      seconds,
      expected: platform.tenantIds.length,
      landed: isLate ? 0 : platform.tenantIds.length - missing.length,
      missing,
      leftBehind: attempts.at(-1)!.status === null ? [] : [...leftBehind(home), ...state.running],
    });
    if (platformFaults.length === 0) usualSeconds = seconds;
    const said = attempts.at(-1)!.status === 0 ? '' : ` ${attempts.at(-1)!.stdout}${attempts.at(-1)!.stderr}`;
    log(`${JSON.stringify(nights.at(-1))}${said}`);
  }
  // What is late in the last night arrives with nothing to wait for.
  for (const [tenant, delivery] of waiting) {
    land(join(home, 'landing'), `rest-${tenant}`, delivery, null);
    arrived.push(delivery);
  }
  await runChurn(home, ['nightly']);
  return { nights, comparison: await compareRows(platform, home, arrived) };
}

/** Every tenant-night is hit with the same chance; a fault of the platform hits all the night's tenants at once. */
function drawFaults({ tenantIds }: SmallPlatform, random: Random, share: number) {
  const platformFaults: PlatformFault[] = [];
  const dataFaults = new Map<string, DataFault>();
  const kinds = [...PLATFORM_FAULTS, ...DATA_FAULTS];
  for (const tenant of tenantIds) {
    if (random.next() >= share) continue;
    const kind = kinds[Math.floor(random.next() * kinds.length)]!;
    if ((DATA_FAULTS as readonly string[]).includes(kind)) dataFaults.set(tenant, kind as DataFault);
    else platformFaults.push(kind as PlatformFault);
  }
  return { platformFaults, dataFaults };
}

/** Lets a night's files land, as the faults will have it. @returns what has arrived, each row once */
function deliver(
  { tenantIds, deliveries }: SmallPlatform,
  home: string,
  night: AsOfDate,
  faults: ReadonlyMap<string, DataFault>,
  waiting: Map<string, Delivery>,
): Delivery[] {
  const landing = join(home, 'landing');
  const arrived: Delivery[] = [];
  const together: Delivery[] = [];
  const ofNight = deliveries.get(night) ?? new Map<string, Delivery>();
  for (const tenant of new Set([...tenantIds, ...ofNight.keys()])) {
    const held = waiting.get(tenant);
    waiting.delete(tenant);
    const own = joined([ofNight.get(tenant) ?? joined([]), held ?? joined([])]);
    const fault = faults.get(tenant);
    if (fault === 'late') waiting.set(tenant, own);
    else if (fault === 'silent') arrived.push(...(held === undefined ? [] : [held]));
    else arrived.push(fault === 'renamed' ? renamed(own) : own);
    if (fault === 'silent' && held !== undefined) together.push(held);
    if (fault === undefined) together.push(own);
    if (fault === 'renamed') land(landing, `${night}-renamed`, renamed(own), tenant);
    if (fault === 'doubled') {
      land(landing, `${night}-first`, own, tenant);
      // The same rows under another name and in another order are another file.
      land(landing, `${night}-second`, reversed(own), tenant);
    }
  }
  land(landing, night, joined(together), null);
  return arrived;
}

function renamed({ platform_events, ...rest }: Delivery): Delivery {
  const events = platform_events.map((row): SmallRow => ({ ...row, event_type: `v2.${row.event_type}` }));
  return { ...rest, platform_events: events };
}

function reversed(delivery: Delivery): Delivery {
  const backwards = (rows: readonly SmallRow[]) => [...rows].reverse();
  return {
    accounts: backwards(delivery.accounts),
    subscriptions: backwards(delivery.subscriptions),
    support_tickets: backwards(delivery.support_tickets),
    platform_events: backwards(delivery.platform_events),
  };
}

/** Runs the night until it ends well, as cron or Airflow does: each fault hits one attempt. */
async function supervise(
  home: string,
  faults: readonly PlatformFault[],
  random: Random,
  usualSeconds: number,
): Promise<Ended[]> {
  const ends: Ended[] = [];
  const deadline = performance.now() + DEADLINE_SECONDS * 1000;
  for (const fault of [...faults, ...new Array<undefined>(ATTEMPTS)]) {
    const left = Math.floor((deadline - performance.now()) / 1000);
    if (left < 1) break;
    ends.push(await attempt(home, ['nightly', '--deadline', `${left}s`], fault, random, usualSeconds));
    if (ends.at(-1)!.status === 0) break;
    await sleep(PAUSE_MILLISECONDS);
  }
  return ends;
}

async function attempt(
  home: string,
  command: readonly string[],
  fault: PlatformFault | undefined,
  random: Random,
  usualSeconds: number,
): Promise<Ended> {
  switch (fault) {
    case undefined:
      return runChurn(home, command);
    case 'kill': {
      const { child, ended } = startChurn(home, command);
      await sleep(random.next() * usualSeconds * 1000);
      child.kill('SIGKILL');
      return ended;
    }
    // The engine is refused memory in the middle of its work.
    case 'warehouse error':
      return runChurn(home, command, { environment: { CHURN_MEMORY_LIMIT: '25MB' } });
    case 'full disk':
      return runChurn(home, command, { fileKilobytes: 100 + Math.floor(random.next() * 1500) });
    case 'bad artefact': {
      const mend = damageChampion(home);
      try {
        return await runChurn(home, command);
      } finally {
        mend();
      }
    }
    case 'two nights at once': {
      const [one, other] = await Promise.all([runChurn(home, command), runChurn(home, command)]);
      return one.status === 0 ? other : one;
    }
  }
}

/** Changes a byte of the model that scores all tenants; it is put back from a copy before the next attempt. */
function damageChampion(home: string): () => void {
  const models = join(home, 'models', 'churn-tenants');
  const version = readdirSync(models).find((name) => /^v\d+$/.test(name))!;
  const file = join(models, version, 'weights.bin');
  const good = readFileSync(file);
  const bad = Buffer.from(good);
  bad[bad.length >> 1]! ^= 0xff;
  rmSync(file);
  writeFileSync(file, bad);
  return () => {
    rmSync(file);
    writeFileSync(file, good);
  };
}
