import { type FeatureDefinition, type FeatureSet, featureSetSchema } from '../contract/feature-set.ts';
import type { ActivityKind } from '../settings/feature-settings.ts';
import type { DeclaredFeature, DeclaredFeatures } from './declared-features.ts';
import type { ColumnSettings } from './unroll-loops.ts';

type Words = Readonly<Record<string, string>>;

/**
 * The feature set of the given columns of account_features, in their order, with kinds and windows filled into what is
 * declared of them.
 */
export function renderFeatureSet(
  declared: DeclaredFeatures,
  columns: readonly string[],
  { activity_kinds: kinds }: Pick<ColumnSettings, 'activity_kinds'>,
): FeatureSet {
  const names = columns.filter((name) => !declared.no_features.includes(name));
  const described = describer(declared, kinds);
  return featureSetSchema.parse({
    name: declared.name,
    version: declared.version,
    themes: [
      ...declared.themes,
      ...kinds.map(({ activity_kind, label }) => ({ code: activity_kind, label })),
    ],
    features: names.map((name) => definitionOf(name, described(name), names)),
  });
}

function definitionOf(
  name: string,
  { type = 'number', label, unit, risk_when, theme, wording = {}, plays, ...related }: DeclaredFeature,
  names: readonly string[],
): Record<keyof FeatureDefinition, unknown> | object {
  const isThere = (other: string | undefined): boolean => other !== undefined && names.includes(other);
  return {
    name,
    type,
    label,
    unit,
    risk_when,
    theme,
    ...(related.state_of === undefined ? {} : { state_of: related.state_of }),
    wording,
    plays: { up: plays?.up ?? '', down: plays?.down ?? '' },
    ...(isThere(related.twice) ? { twice: related.twice } : {}),
    ...(isThere(related.told_by) ? { told_by: related.told_by } : {}),
  };
}

/** Finds what is declared of a column: by itself, or by the one pattern that it matches. */
function describer(
  { features, patterns }: DeclaredFeatures,
  kinds: readonly ActivityKind[],
): (column: string) => DeclaredFeature {
  const byName = new Map(kinds.map((kind) => [kind.activity_kind, kind]));
  const matchers = patterns.map(({ columns, ...pattern }) => ({
    pattern,
    expression: new RegExp(
      `^${columns
        .replace('{kind}', `(?<kind>${[...byName.keys()].join('|')})`)
        .replace('{window}', '(?<window>\\d+)')
        .replace('{week}', '(?<week>\\d+)')}$`,
    ),
  }));
  return (column) => {
    if (Object.hasOwn(features, column)) return features[column]!;
    const found = matchers.flatMap(({ pattern, expression }) => {
      const match = expression.exec(column);
      return match === null ? [] : [{ pattern, parts: match.groups as Words | undefined }];
    });
    if (found.length !== 1)
      throw new Error(
        `account_features.${column} matches ${found.length} patterns of the feature set; one is needed`,
      );
    const { pattern, parts = {} } = found[0]!;
    const kind = byName.get(parts.kind ?? '');
    return fillIn(pattern, { ...parts, ...wordsOfWindow(parts), ...(kind ? wordsOfKind(kind) : {}) });
  };
}

function wordsOfWindow({ week, window }: Words): Words {
  if (week !== undefined) return { week: String(Number(week)) };
  if (window === undefined) return {};
  const days = Number(window);
  return { span: spanOf(days), double: String(2 * days), double_span: spanOf(2 * days) };
}

/** How a person says it: 28 days are 4 weeks. */
function spanOf(days: number): string {
  return days > 7 && days % 7 === 0 ? `${days / 7} weeks` : `${days} days`;
}

function wordsOfKind({ label, unit, risk_when, play_up, play_down }: ActivityKind): Words {
  // Quiet is the opposite of busy.
  const risk_when_quiet = { low: 'high', high: 'low', either: 'either' }[risk_when];
  return { noun: label, unit, risk_when, risk_when_quiet, play_up, play_down };
}

/** The same with every {word} filled in that is known here; the others are filled in when a driver is told. */
function fillIn<Declared>(declared: Declared, words: Words): Declared {
  if (typeof declared === 'string')
    return declared.replaceAll(/\{(\w+)\}/g, (placeholder, word) => words[word] ?? placeholder) as Declared;
  if (typeof declared !== 'object' || declared === null) return declared;
  return Object.fromEntries(
    Object.entries(declared).map(([key, value]) => [key, fillIn(value, words)]),
  ) as Declared;
}
