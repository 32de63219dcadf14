import type { CategoryProfile, FeatureProfile, NumberProfile } from '../../features/frame/profile-frame.ts';
import type { Profile } from '../jobs/profile-features.ts';
import { renderTable } from './render-table.ts';

/** From this width on all quantiles fit beside the longest name. */
const WIDE = 110;

type Statistic = readonly [title: string, of: (profile: NumberProfile) => number | null];

const NARROW_STATISTICS: readonly Statistic[] = [
  ['mean', ({ mean }) => mean],
  ['median', ({ median }) => median],
  ['95 %', ({ p95 }) => p95],
  ['max', ({ max }) => max],
];

const WIDE_STATISTICS: readonly Statistic[] = [
  ['mean', ({ mean }) => mean],
  ['sd', (profile) => profile.standard_deviation],
  ['min', ({ min }) => min],
  ['5 %', ({ p5 }) => p5],
  ['25 %', ({ p25 }) => p25],
  ['median', ({ median }) => median],
  ['75 %', ({ p75 }) => p75],
  ['95 %', ({ p95 }) => p95],
  ['max', ({ max }) => max],
];

/** A profile for a terminal: one line of figures per feature, and below it what the figures mean. */
export function describeProfile(profile: Profile, width: number): string {
  const numbers = profile.features.filter((feature) => feature.type !== 'category');
  const categories = profile.features.filter((feature) => feature.type === 'category');
  return [
    describeHead(profile, width),
    ...(categories.length === 0
      ? []
      : [categories.map((category) => describeCategory(category, width)).join('\n')]),
    ...(numbers.length === 0 ? [] : [describeNumbers(numbers, width)]),
    ...describeOddities(profile.features, width),
  ].join('\n\n');
}

function describeHead(
  { source, rows, accounts, tenants, labels, features, ...days }: Profile,
  width: number,
): string {
  const of =
    accounts === undefined
      ? ''
      : ` of ${whole(accounts)} accounts in ${counted(tenants ?? 0, 'tenant')}, ` +
        `as of ${days.first_as_of_date} to ${days.last_as_of_date}`;
  return [
    wrapped(`${source}: ${counted(rows, 'row')}${of}; ${counted(features.length, 'feature')}`, width),
    ...labels.map(
      ({ label, known, churned }) =>
        `${label}: ${known === 0 ? 'not known for any row yet' : `${percent(churned / known)} of ${whole(known)} rows whose window has closed`}`,
    ),
  ].join('\n');
}

function describeCategory(
  { feature, label, rows, missing, levels, top }: CategoryProfile,
  width: number,
): string {
  const shares = top.map(({ level, rows: found }) => `${level} ${percent(found / rows)}`);
  const others = levels - top.length;
  return [
    shortened(`${feature}  ${counted(levels, 'level')}, ${percent(missing / rows)} missing`, width),
    ...meaning(feature, label, '').map((line) => shortened(line, width)),
    wrapped(`  ${[...shares, ...(others > 0 ? [`and ${whole(others)} more`] : [])].join(', ')}`, width),
  ].join('\n');
}

function describeNumbers(profiles: readonly NumberProfile[], width: number): string {
  const statistics = width >= WIDE ? WIDE_STATISTICS : NARROW_STATISTICS;
  const [header, ...lines] = renderTable(
    ['', 'missing', ...statistics.map(([title]) => title)],
    profiles.map((profile) => [
      profile.feature,
      percent(profile.missing / profile.rows),
      ...statistics.map(([, of]) => compact(of(profile))),
    ]),
  ).split('\n');
  return [
    header!,
    ...profiles.flatMap(({ feature, label, unit }, index) => [
      lines[index]!,
      ...meaning(feature, label, unit).map((line) => shortened(line, width)),
    ]),
  ].join('\n');
}

/** Nothing where the label says no more than the name, as in a table that declares nothing. */
function meaning(feature: string, label: string, unit: string): string[] {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const text = [...(bare(label) === bare(feature) ? [] : [label]), ...(unit === '' ? [] : [unit])].join('; ');
  return text === '' ? [] : [`  ${text}`];
}

/** What somebody would otherwise find by reading every line. */
function describeOddities(features: readonly FeatureProfile[], width: number): string[] {
  const named = (title: string, wanted: (feature: FeatureProfile) => boolean): string[] => {
    const names = features.filter(wanted).map(({ feature }) => feature);
    return names.length === 0 ? [] : [wrapped(`${title}: ${names.join(', ')}`, width)];
  };
  const lines = [
    ...named('never has a value', ({ rows, missing }) => missing === rows),
    ...named('one value only', isConstant),
    ...named(
      'missing in more than half of the rows',
      ({ rows, missing }) => missing > rows / 2 && missing < rows,
    ),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function isConstant(feature: FeatureProfile): boolean {
  if (feature.type === 'category') return feature.levels === 1;
  return feature.min !== null && feature.min === feature.max;
}

const WHOLE = new Intl.NumberFormat('en-US');
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const DECIMAL = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** At most seven characters. @example compact(1234567) // '1.23M' */
function compact(value: number | null): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e12)) return value.toExponential(0);
  if (size >= 10_000) return COMPACT.format(value);
  return Number.isInteger(value) || size >= 1000 ? WHOLE.format(Math.round(value)) : DECIMAL.format(value);
}

function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

function whole(count: number): string {
  return WHOLE.format(count);
}

function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function shortened(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
}

/** Breaks at blanks; what is broken off is indented. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 2 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = `  ${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest].join('\n');
}
