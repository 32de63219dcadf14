import type { ActivityKind, FeatureSettings } from '../settings/feature-settings.ts';

/** The settings that decide which columns there are. */
export type ColumnSettings = Pick<FeatureSettings, 'activity_kinds' | 'window_days'>;

type Words = Readonly<Record<string, string>>;

/**
 * Compiled SQL with its loops over kinds and windows unrolled, byte for byte what dbt makes of the model when its vars
 * say the same. The loops are written by features/dbt/macros/settings.sql.
 */
export function unrollLoops(sql: string, settings: ColumnSettings): string {
  const parts = sql.split(/\/\*(each \w+|between|end)\*\//);
  const [text, end] = unrollFrom(parts, 0, settings);
  if (end !== parts.length) throw new Error(`a loop of compiled SQL ends that never began: ${parts[end]}`);
  return fillIn(text, longestWindow(settings))
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Text at even places, marks at odd ones: unrolls until a mark that belongs to the loop around, and says where it is. */
function unrollFrom(parts: readonly string[], start: number, settings: ColumnSettings): [string, number] {
  let text = parts[start]!;
  let at = start + 1;
  while (at < parts.length) {
    const mark = parts[at]!;
    if (!mark.startsWith('each ')) return [text, at];
    const [body, middle] = unrollFrom(parts, at + 1, settings);
    if (parts[middle] !== 'between') throw new Error(`a loop of compiled SQL has no /*between*/: ${mark}`);
    const [between, end] = unrollFrom(parts, middle + 1, settings);
    if (parts[end] !== 'end') throw new Error(`a loop of compiled SQL has no /*end*/: ${mark}`);
    const rounds = roundsOf(mark.slice('each '.length), settings);
    text += rounds.map((words) => fillIn(body, words)).join(between) + parts[end + 1]!;
    at = end + 2;
  }
  return [text, at];
}

function roundsOf(loop: string, { activity_kinds: kinds, window_days: windows }: ColumnSettings): Words[] {
  switch (loop) {
    case 'kind':
      return kinds.map(nameOf);
    case 'kind_of_use':
      return kinds.filter((kind) => kind.risk_when !== 'high').map(nameOf);
    case 'described_kind':
      return kinds.map((kind, index) => ({
        ...Object.fromEntries(Object.entries(kind).map(([key, text]) => [key, text.replaceAll("'", "''")])),
        ...nameOf(kind),
        position: String(index + 1),
      }));
    case 'window':
      return windows.map((days) => ({ window: String(days), weeks: String(days / 7) }));
    case 'lookback_week':
      return Array.from({ length: (2 * Math.max(...windows)) / 7 }, (_, week) => ({ week: String(week) }));
    default:
      throw new Error(`compiled SQL loops over ${loop}, which this version does not know`);
  }
}

function nameOf(kind: ActivityKind): Words {
  return { kind: kind.activity_kind };
}

function longestWindow({ window_days }: ColumnSettings): Words {
  const days = Math.max(...window_days);
  return { longest_window: String(days), longest_window_weeks: String(days / 7) };
}

/** What is not among the words stays as it is. */
function fillIn(text: string, words: Words): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name) => words[name] ?? placeholder);
}
