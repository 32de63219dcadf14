import type { Random } from '../../../stats/seeded-random.ts';
import type { Account } from './account.ts';
import { uniform } from './draws.ts';
import { type Decline, levelUnder } from './life.ts';
import { ACCOUNT_VARIETY, SEASONAL_BREAK, TENANT_MOOD } from './parameters.ts';
import type { Tenant, TenantSeason } from './tenant.ts';
import { MILLISECONDS_PER_DAY, type Window } from './window.ts';

/** Latent engagement by day of the window, 1 being normal. */
export interface Engagement {
  /** What declines leave of it: who still takes part, and in how much of the product. */
  readonly commitment: Float64Array;
  /** Everything that moves the amount of activity: commitment, mood, season, holidays. */
  readonly pace: Float64Array;
}

/** How a tenant as a whole takes part; every account of it follows. */
export function tenantEngagement(random: Random, tenant: Tenant, window: Window): Engagement {
  const commitment = commitmentUnder(tenant.life.declines, window);
  const mood = weeklyMood(random, commitment.length, TENANT_MOOD.deviation, TENANT_MOOD.weeklyMemory);
  const pace = commitment.map(
    (level, i) => level * mood[i]! * seasonLevel(tenant.season, window.startDay + i),
  );
  return { commitment, pace };
}

export function accountEngagement(
  random: Random,
  account: Account,
  tenant: Engagement,
  window: Window,
): Engagement {
  const own = commitmentUnder(account.life.declines, window);
  const mood = weeklyMood(random, own.length, account.moodDeviation, ACCOUNT_VARIETY.moodWeeklyMemory);
  const absence = absences(random, account, window);
  return {
    commitment: own.map((level, i) => level * tenant.commitment[i]!),
    pace: own.map(
      (level, i) => level * tenant.pace[i]! * mood[i]! * absence[i]! * onboarding(account, window, i),
    ),
  };
}

function commitmentUnder(declines: readonly Decline[], window: Window): Float64Array {
  const commitment = new Float64Array(window.endDay - window.startDay).fill(1);
  for (const decline of declines)
    for (let i = 0; i < commitment.length; i++) commitment[i]! *= levelUnder(decline, window.startDay + i);
  return commitment;
}

/** A stationary random walk of the logarithm in weekly steps, mean level 1. */
function weeklyMood(random: Random, dayCount: number, deviation: number, memory: number): Float64Array {
  const mood = new Float64Array(dayCount);
  let state = random.normal();
  for (let i = 0; i < dayCount; i++) {
    if (i % 7 === 0) state = memory * state + Math.sqrt(1 - memory * memory) * random.normal();
    mood[i] = Math.exp(deviation * state - (deviation * deviation) / 2);
  }
  return mood;
}

/** Weekday, August, the days between the years, and the tenant's own yearly wave. */
function seasonLevel(season: TenantSeason, epochDay: number): number {
  const date = new Date(epochDay * MILLISECONDS_PER_DAY);
  const weekday = date.getUTCDay();
  const dayOfYear =
    (Date.UTC(2001, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(2001, 0, 1)) / MILLISECONDS_PER_DAY;
  const wave = 1 + season.yearlyWave * Math.cos((2 * Math.PI * (dayOfYear - season.peakDayOfYear)) / 365);
  const august = 1 - (1 - season.augustLevel) * bump(dayOfYear, 226, 16);
  const yearEnd = 1 - (1 - season.yearEndLevel) * bump(dayOfYear < 180 ? dayOfYear + 365 : dayOfYear, 361, 6);
  return wave * august * yearEnd * (weekday === 0 || weekday === 6 ? season.weekendShare : 1);
}

/** 1 around a day, falling to 0 like a Gaussian of the given width. */
function bump(day: number, centreDay: number, widthDays: number): number {
  const distance = Math.max(0, Math.abs(day - centreDay) - widthDays / 2) / widthDays;
  return Math.exp(-2 * distance * distance);
}

/** Company holidays, and the yearly break of seasonal accounts. */
function absences(random: Random, account: Account, window: Window): Float64Array {
  const level = new Float64Array(window.endDay - window.startDay).fill(1);
  const { holidaysPerYear, holidayDays, holidayLevel } = ACCOUNT_VARIETY;
  const years = Math.ceil(level.length / 365);

  function away(fromIndex: number, days: number, to: number): void {
    level.fill(to, Math.max(0, fromIndex), Math.max(0, fromIndex + Math.round(days)));
  }

  for (let holiday = 0; holiday < years * holidaysPerYear; holiday++)
    away(random.integer(365 * years), uniform(random, holidayDays), holidayLevel);
  if (account.temperament === 'seasonal') {
    const first = random.integer(365);
    const days = 7 * uniform(random, SEASONAL_BREAK.weeks);
    const to = uniform(random, SEASONAL_BREAK.level);
    for (let year = -1; year < years; year++) away(first + 365 * year, days, to);
  }
  return level;
}

/** New accounts take six weeks to reach their normal pace. */
function onboarding(account: Account, window: Window, index: number): number {
  return Math.min(1, 0.3 + (0.7 * (window.startDay + index - account.bornDay)) / 42);
}
