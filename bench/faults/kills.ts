import { setTimeout as sleep } from 'node:timers/promises';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { tenantGroup } from '../../serving/published/published-tables.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { runChurn, startChurn } from './churn-process.ts';
import { joined, land, type SmallPlatform } from './small-platform.ts';
import { type HomeState, leftBehind, readState } from './state.ts';

export interface Kill {
  readonly night: AsOfDate;
  /** From its start, which includes that of the runtime. */
  readonly killedAfterSeconds: number;
  /** The record that was open: a step of the night, or an import, build or run. */
  readonly at: string;
  /** What the mart held then: the day before's scores only, this day's of every tenant, or something else. */
  readonly mart: 'old' | 'new' | 'torn';
  readonly published: 'old' | 'new' | 'torn';
  /** Exit status of the same command after it, unaided. */
  readonly nextStatus: number | null;
  readonly nextSeconds: number;
  /** Whether every tenant has this day's scores then, each account once. */
  readonly isWhole: boolean;
  /** Temporary folders, unfinished files, open records. */
  readonly leftBehind: readonly string[];
}

/** Lets a new day land, kills the night at a random moment, looks, runs the night again, and looks. */
export async function killNights(
  platform: SmallPlatform,
  home: string,
  {
    times,
    seed,
    onKill,
  }: { readonly times: number; readonly seed: number; readonly onKill: (kill: Kill) => void },
): Promise<readonly Kill[]> {
  const random = createRandom(seed);
  const kills: Kill[] = [];
  let nightSeconds = (await runChurn(home, ['nightly'])).seconds;
  let before = await readState(home, platform.accounts);
  for (const night of platform.nights.slice(0, times)) {
    land(`${home}/landing`, night, joined([...(platform.deliveries.get(night)?.values() ?? [])]), null);
    const killedAfterSeconds = random.next() * nightSeconds;
    const { child, ended } = startChurn(home, ['nightly']);
    await sleep(killedAfterSeconds * 1000);
    child.kill('SIGKILL');
    const first = await ended;
    const after = await readState(home, platform.accounts);
    const again = await runChurn(home, ['nightly']);
    const end = await readState(home, platform.accounts);
    const kill: Kill = {
      night,
      killedAfterSeconds,
      at: first.status === null ? placeOf(after) : 'ended before',
      mart: martState(platform, before, after, night),
      published: publishedState(platform, before, after, night),
      nextStatus: again.status,
      nextSeconds: again.seconds,
      isWhole: isWhole(platform, end, night),
      leftBehind: [...leftBehind(home), ...end.running],
    };
    if (first.status !== null) nightSeconds = first.seconds;
    else nightSeconds = Math.max(again.seconds, nightSeconds * 0.9);
    kills.push(kill);
    before = end;
    onKill(kill);
  }
  return kills;
}

/** The innermost open record; before the first step nothing is open. */
function placeOf({ running }: HomeState): string {
  const inner = running.find((record) => !record.startsWith('night_steps'));
  const step = running.find((record) => record.startsWith('night_steps'))?.slice('night_steps '.length);
  if (step === undefined) return inner ?? 'between steps';
  return step;
}

function martState(
  { tenantIds }: SmallPlatform,
  before: HomeState,
  after: HomeState,
  night: AsOfDate,
): Kill['mart'] {
  if (after.doubled + after.misplaced > 0) return 'torn';
  for (const [tenantDay, rows] of before.scores) if (after.scores.get(tenantDay) !== rows) return 'torn';
  const scored = tenantIds.filter((id) => after.scores.has(`${id} ${night}`));
  const landed = tenantIds.filter((id) => after.landed.has(`${id} ${night}`));
  if (scored.length !== landed.length) return 'torn';
  // Tenants whose day is there are whole; with all of them it is the new night.
  return scored.length === 0 ? 'old' : scored.length >= expected(before) ? 'new' : 'torn';
}

/** Tenants that were scored the night before; those that left the platform no longer are. */
function expected({ scores }: HomeState): number {
  const days = new Map<string, number>();
  for (const tenantDay of scores.keys()) {
    const [tenant, day] = tenantDay.split(' ');
    if (tenant !== 'platform') days.set(day!, (days.get(day!) ?? 0) + 1);
  }
  return [...days].sort(([left], [right]) => (left < right ? 1 : -1))[0]?.[1] ?? 0;
}

function publishedState(
  { tenantIds }: SmallPlatform,
  before: HomeState,
  after: HomeState,
  night: AsOfDate,
): Kill['published'] {
  if (after.published === null) return before.published === null ? 'old' : 'torn';
  const groups = new Set(tenantIds.map((id) => tenantGroup(tenantIdSchema.parse(id))));
  const isSame = [...groups].every((group) => after.published!.get(group) === before.published?.get(group));
  if (isSame) return 'old';
  return [...groups].some((group) => after.published!.get(group) === night) ? 'new' : 'torn';
}

function isWhole({ tenantIds }: SmallPlatform, end: HomeState, night: AsOfDate): boolean {
  const landed = tenantIds.filter((id) => end.landed.has(`${id} ${night}`)).length;
  return landed >= expected(end) && landed > 0 && end.doubled + end.misplaced === 0;
}
