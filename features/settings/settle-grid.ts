import { asOfDateSchema } from '../contract/as-of-date.ts';
import { closestName } from '../files/closest-name.ts';
import type { SmallRow } from '../warehouse/rows-of-batches.ts';
import type { FeatureSettings } from './feature-settings.ts';
import type { Refuse } from './refuse.ts';
import { tidy } from './tidy.ts';

type Grid = Pick<FeatureSettings, 'window_days' | 'grid_start' | 'grid_step_days'>;

const SETTINGS = ['window_days', 'grid_start', 'grid_step_days'];

/** Columns beside the kinds count in these windows. */
const NEEDED_WINDOWS = [28, 84];

/** Twice as far back is what a build keeps of each account. */
const LONGEST_WINDOW = 364;

/** Windows and the regular as-of dates, by rows of a setting and its value as text. */
export function settleGrid(defaults: Grid, own: readonly SmallRow[], refuse: Refuse): Grid {
  const said = new Map<string, string>();
  for (const row of own) {
    const setting = tidy(row.setting);
    if (!SETTINGS.includes(setting)) {
      const closest = closestName(setting, SETTINGS);
      refuse(
        `there is no setting ${setting}`,
        closest === undefined ? `the settings are ${SETTINGS.join(', ')}` : `did you mean ${closest}?`,
      );
    }
    if (said.has(setting)) refuse(`setting ${setting} comes twice`, 'keep one of the two');
    said.set(setting, String(row.value ?? '').trim());
  }
  const [windows, start, step] = SETTINGS.map((setting) => said.get(setting));
  return {
    window_days: windows === undefined ? [...defaults.window_days] : windowsOf(windows, refuse),
    grid_start: start === undefined ? defaults.grid_start : startOf(start, refuse),
    grid_step_days: step === undefined ? defaults.grid_step_days : stepOf(step, refuse),
  };
}

function windowsOf(text: string, refuse: Refuse): number[] {
  const windows = text.split(/[\s,;]+/).map(Number);
  const odd = windows.find((days) => !isWholeWeeks(days) || days > LONGEST_WINDOW);
  if (odd !== undefined)
    refuse(
      `window_days is "${text}"`,
      `give days that are whole weeks, from 7 to ${LONGEST_WINDOW}, such as "7, 28, 84"`,
    );
  if (new Set(windows).size < windows.length)
    refuse(`window_days is "${text}", with a window that comes twice`, 'keep each once');
  const missing = NEEDED_WINDOWS.filter((days) => !windows.includes(days));
  if (missing.length > 0)
    refuse(
      `window_days is "${text}", without ${missing.join(' and ')}`,
      `add ${missing.join(' and ')}: other columns, such as seat utilisation and gaps, count in these windows`,
    );
  return windows.sort((a, b) => a - b);
}

function startOf(text: string, refuse: Refuse): Grid['grid_start'] {
  const date = asOfDateSchema.safeParse(text);
  return date.success ? date.data : refuse(`grid_start is "${text}"`, 'give a date as YYYY-MM-DD');
}

function stepOf(text: string, refuse: Refuse): number {
  const days = Number(text);
  return isWholeWeeks(days) && days <= LONGEST_WINDOW
    ? days
    : refuse(
        `grid_step_days is "${text}"`,
        `give days that are whole weeks, from 7 to ${LONGEST_WINDOW}, such as 14`,
      );
}

function isWholeWeeks(days: number): boolean {
  return Number.isInteger(days) && days >= 7 && days % 7 === 0;
}
