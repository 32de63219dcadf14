import { describe, expect, it } from 'vitest';
import type { FeatureColumn } from '../../../../features/contract/feature-frame.ts';
import type { FeatureDefinition } from '../../../../features/contract/feature-set.ts';
import { featureSetOf } from '../../../../features/marts/feature-set.ts';
import { defaultSettings } from '../../../../features/settings/default-settings.ts';
import type { Driver, FeatureValue } from '../../../../models/scoring/drivers/driver.ts';
import type { DriverKind } from '../../../../models/scoring/drivers/driver-sentence.ts';
import { driverWriter } from '../../../../models/scoring/drivers/drivers.ts';
import { vocabularyOf } from '../../../../models/scoring/drivers/feature-words.ts';
import { tellDriver } from '../../../../models/scoring/drivers/tell-driver.ts';
import { themesOf } from '../../../../models/scoring/drivers/themes.ts';

const featureSet = featureSetOf(defaultSettings());
const vocabulary = vocabularyOf(featureSet);
const definitions = new Map(featureSet.features.map((feature) => [feature.name, feature]));
const NUMBERS = [0, 0.004, 0.4, 1, 2, 7, 55, 1_234, 98_765];

/** What is wrong with a told driver; nothing, as a rule. */
function problemsOf(driver: Driver, kind: DriverKind): string[] {
  const told = tellDriver(driver, vocabulary, kind);
  const { feature, contribution, value, typical, before, sentence, play, is_unusual, direction } = told;
  const { risk_when, plays } = definitions.get(feature)!;
  const problems: string[] = [];
  const refuse = (isWrong: boolean, problem: string) => {
    if (isWrong)
      problems.push(
        `${problem}: ${JSON.stringify({ feature, contribution, value, typical, before, sentence, play })}`,
      );
  };

  // One sentence, short enough to be said.
  refuse(!/^(Unusual: [a-z0-9-]|[A-Z0-9-]).*[^.]\.$/.test(sentence), 'not a sentence');
  refuse(sentence.length > 150, 'too long to be said');
  refuse(/[{}_]|undefined|null|NaN| {2}/.test(sentence + play), 'a gap that was not filled');
  refuse(sentence.includes('the risk'), 'says what everybody knows');
  refuse(/(^|[^\d.,])1 (days|users|seats|months|points)\b/.test(sentence), 'one of several');
  refuse(/(\d{2}|[02-9]|\.\d) (day|user|seat|month|point)\b/.test(sentence), 'several of one');
  refuse(direction !== (contribution > 0 ? 'raises' : 'lowers'), 'the wrong direction');

  // What the score or the account is held against.
  const reference = kind === 'change' || before !== null ? before : typical;
  if (typeof value !== 'number' || typeof reference !== 'number' || value === reference) {
    refuse(is_unusual, 'unusual without a comparison');
    return problems;
  }
  refuse(sentence.includes(' rose ') && value < reference, 'a fall that rose');
  refuse(sentence.includes(' fell ') && value > reference, 'a rise that fell');
  const isRiskier = risk_when === 'high' ? value > reference : value < reference;
  const isExpected = risk_when === 'either' || isRiskier === contribution > 0;
  refuse(is_unusual === isExpected, 'unusual or not');
  refuse(sentence.startsWith('Unusual: ') === isExpected, 'said to be unusual or not');

  // Nothing to do where nothing is at risk; else what was declared for this side, and never for the other.
  const declared = contribution > 0 ? plays![value > reference ? 'up' : 'down'] : '';
  refuse(play !== declared, 'the play of another case');
  return problems;
}

function driver(feature: FeatureDefinition, contribution: number, rest: object): Driver {
  const columns = [{ feature: feature.name, contribution, value: null, typical: null, ...rest }] as const;
  return { theme: feature.theme!, contribution, columns };
}

describe.each(featureSet.features.map((feature) => [feature.name, feature] as const))('%s', (_, feature) => {
  const values: FeatureValue[] =
    feature.type === 'category' ? [null, 'EUR', 'starter'] : [null, ...NUMBERS, -3, -0.2];

  it('is told at every value, for both signs', () => {
    const problems: string[] = [];
    for (const value of values)
      for (const other of values)
        for (const contribution of [0.5, -0.5]) {
          const score = driver(feature, contribution, { value, typical: other });
          const change = driver(feature, contribution, { value, before: other });
          problems.push(...problemsOf(score, 'score'), ...problemsOf(change, 'change'));
          if (feature.twice === undefined || typeof value !== 'number' || typeof other !== 'number') continue;
          const past = driver(feature, contribution, { value, typical: 5, before: other });
          problems.push(...problemsOf(past, 'score'));
        }
    expect(problems).toEqual([]);
  });

  it('has no play that answers both a high and a low value', () => {
    const { up, down } = feature.plays!;
    if (up !== '') expect(up).not.toBe(down);
    for (const play of [up, down]) expect(play).toMatch(/^$|^[A-Z][^.]*[^.]$/);
  });
});

describe.each(themesOf(featureSet).codes.map((code) => [code] as const))('theme %s', (code) => {
  const { features } = featureSet;
  const typical = new Map(features.map(({ name, type }) => [name, type === 'category' ? 'typical' : 10]));
  const columnsAt = (value: number): FeatureColumn[] =>
    features.map(({ type }) =>
      type === 'category'
        ? { kind: 'category', codes: Int32Array.of(0), levels: ['other'] }
        : { kind: 'number', values: Float64Array.of(value) },
    );

  it('is one driver whose contribution is the sum of its features', () => {
    const contributions = Float64Array.from(features, ({ theme }, at) =>
      theme === code ? ((at * 37) % 11) / 50 - 0.07 : 0,
    );
    const sum = contributions.reduce((total, one) => total + one, 0);
    const source = { columns: columnsAt(3), row: 0, contributions, contributionRow: 0 };
    const drivers = driverWriter(featureSet, typical).drivers(source, 99);
    expect(drivers.map(({ theme }) => theme)).toEqual([code]);
    expect(drivers[0]!.contribution).toBeCloseTo(sum, 12);
  });

  it.each([0, 3, 40])('is told at %d, for both signs', (value) => {
    for (const sign of [1, -1]) {
      const contributions = Float64Array.from(features, ({ theme }, at) =>
        theme === code ? sign * (0.02 + ((at * 7) % 5) / 100) : 0,
      );
      const source = { columns: columnsAt(value), row: 0, contributions, contributionRow: 0 };
      const writer = driverWriter(featureSet, typical);
      const then = { columns: columnsAt(10), row: 0 };
      const [drivers, changes] = [writer.drivers(source, 99), writer.changeDrivers(source, then, 99)];
      expect([drivers.length, changes.length]).toEqual([1, 1]);
      expect([...problemsOf(drivers[0]!, 'score'), ...problemsOf(changes[0]!, 'change')]).toEqual([]);
    }
  });
});

describe('a theme whose features disagree', () => {
  const { features } = featureSet;
  const typical = new Map(features.map(({ name }) => [name, 10]));
  const toldBy = (
    contributions: Readonly<Record<string, readonly [value: number, contribution: number]>>,
  ) => {
    const columns = features.map(
      ({ name }): FeatureColumn => ({
        kind: 'number',
        values: Float64Array.of(contributions[name]?.[0] ?? 10),
      }),
    );
    const source = {
      columns,
      row: 0,
      contributions: Float64Array.from(features, ({ name }) => contributions[name]?.[1] ?? 0),
      contributionRow: 0,
    };
    const [driver] = driverWriter(featureSet, typical).drivers(source, 1);
    return tellDriver(driver!, vocabulary, 'score');
  };

  it('is told by what people expect where that weighs more', () => {
    const told = toldBy({ session_active_users_28d: [2, 0.3], session_active_users_84d: [12, 0.2] });
    expect(told).toMatchObject({ feature: 'session_active_users_28d', is_unusual: false });
  });

  it('is told to be unusual where that weighs more', () => {
    const told = toldBy({
      session_active_users_28d: [2, 0.3],
      session_active_users_56d: [12, 0.25],
      session_active_users_84d: [12, 0.2],
    });
    expect(told).toMatchObject({ feature: 'session_active_users_56d', is_unusual: true });
    expect(told.contribution).toBeCloseTo(0.75, 12);
  });

  it('tells a ratio by its counts', () => {
    const told = toldBy({
      session_events_ratio_28d: [0.2, 0.4],
      session_events_28d: [12, 0],
      session_events_56d: [60, 0],
    });
    expect(told.sentence).toBe(
      'Log-ins and page views fell to 12 in the last 4 weeks, from 48 in the 4 weeks before.',
    );
  });

  it('speaks of the past only where it moved', () => {
    const told = toldBy({ session_events_28d: [9, 0.4], session_events_56d: [19, 0] });
    expect(told.sentence).toBe('Log-ins and page views in the last 4 weeks: 9; typical is 10.');
  });
});
