import { describe, expect, it } from 'vitest';
import type { FeatureDefinition } from '../../../../features/contract/feature-set.ts';
import type { FeatureValue } from '../../../../models/scoring/drivers/driver.ts';
import { vocabularyOf } from '../../../../models/scoring/drivers/feature-words.ts';
import { tellDriver } from '../../../../models/scoring/drivers/tell-driver.ts';
import { numberText, unitWords, valueText } from '../../../../models/scoring/drivers/value-text.ts';

const definition = (rest: Partial<FeatureDefinition>): FeatureDefinition => ({
  name: 'x',
  type: 'number',
  label: 'logins in the last 4 weeks',
  unit: 'count',
  risk_when: 'low',
  plays: { up: 'slow them down', down: 'call them' },
  ...rest,
});

interface Numbers {
  readonly value: FeatureValue;
  readonly typical?: FeatureValue;
  readonly before?: FeatureValue;
  readonly contribution?: number;
}

function told(
  rest: Partial<FeatureDefinition>,
  { value, typical = null, contribution = 1, ...before }: Numbers,
  kind: 'score' | 'change' = 'score',
) {
  const vocabulary = vocabularyOf({ name: 'test', version: 1, features: [definition(rest)] });
  const columns = [{ feature: 'x', contribution, value, typical, ...before }] as const;
  return tellDriver({ theme: 'x', contribution, columns }, vocabulary, kind);
}

const renewal = {
  label: 'days until the next renewal',
  unit: 'days',
  wording: {
    up: 'renews in {value}',
    since: 'renews in {value}',
    negative: 'renewal overdue by {size}',
    none: 'no renewal ahead',
    compared: false,
  },
};
const kind = {
  unit: 'days',
  wording: {
    up: 'logins on {value} in the last 4 weeks',
    zero: 'no logins in the last 4 weeks',
    past: 'logins {moved} to {number} in the last 4 weeks, from {before} in the 4 weeks before',
  },
};

describe('the sentence of a score', () => {
  it.each<[string, Partial<FeatureDefinition>, Numbers, string]>([
    ['a number', {}, { value: 3, typical: 14 }, 'Logins in the last 4 weeks: 3; typical is 14.'],
    ['with wording', kind, { value: 2, typical: 11 }, 'Logins on 2 days in the last 4 weeks; typical is 11.'],
    ['one', kind, { value: 1, typical: 11 }, 'Logins on 1 day in the last 4 weeks; typical is 11.'],
    ['zero', kind, { value: 0, typical: 1 }, 'No logins in the last 4 weeks; typical is 1 day.'],
    ['zero as most have', kind, { value: 0, typical: 0 }, 'No logins in the last 4 weeks, as is typical.'],
    ['nothing typical', {}, { value: 2 }, 'Logins in the last 4 weeks: 2.'],
    ['missing', {}, { value: null, typical: 4 }, 'Logins in the last 4 weeks: none on record; typical is 4.'],
    ['not compared', renewal, { value: 7, typical: 120 }, 'Renews in 7 days.'],
    ['below zero', renewal, { value: -3, typical: 120 }, 'Renewal overdue by 3 days.'],
    ['one below zero', renewal, { value: -1, typical: 120, before: 6 }, 'Renewal overdue by 1 day.'],
    ['not known', renewal, { value: null, typical: 120 }, 'No renewal ahead.'],
    ['as typical', {}, { value: 10.2, typical: 10.4 }, 'Logins in the last 4 weeks: 10, as is typical.'],
    [
      'the past',
      kind,
      { value: 12, typical: 20, before: 48 },
      'Logins fell to 12 in the last 4 weeks, from 48 in the 4 weeks before.',
    ],
    [
      'against common sense',
      kind,
      { value: 6, typical: 0 },
      'Unusual: logins on 6 days in the last 4 weeks; typical is 0.',
    ],
    [
      'a category',
      { type: 'category', label: 'plan', unit: '' },
      { value: 'Basic', typical: 'Pro' },
      'Plan: Basic; most common is Pro.',
    ],
    [
      'a boolean',
      { type: 'boolean', label: 'paid by the year', unit: '' },
      { value: 0, typical: 1 },
      'Paid by the year: no; typical is yes.',
    ],
    [
      'a share',
      { label: 'active users per seat', unit: 'share' },
      { value: 0.256, typical: 0.8 },
      'Active users per seat: 26 %; typical is 80 %.',
    ],
  ])('%s', (_, rest, numbers, sentence) => {
    expect(told(rest, numbers).sentence).toBe(sentence);
  });
});

describe('the sentence of a change', () => {
  it.each<[string, Partial<FeatureDefinition>, Numbers, string]>([
    ['fell', {}, { value: 3, before: 14 }, 'Logins in the last 4 weeks fell from 14 to 3.'],
    [
      'rose',
      { risk_when: 'either' },
      { value: 14, before: 3 },
      'Logins in the last 4 weeks rose from 3 to 14.',
    ],
    ['its own wording', renewal, { value: 7, before: 14 }, 'Renews in 7 days.'],
    [
      'changed',
      { type: 'category', label: 'plan', unit: '' },
      { value: 'Basic', before: 'Pro' },
      'Plan changed from Pro to Basic.',
    ],
    ['appeared', {}, { value: 3, before: null }, 'Logins in the last 4 weeks: 3 now, none before.'],
    ['vanished', {}, { value: null, before: 3 }, 'Logins in the last 4 weeks: none now, 3 before.'],
    ['stayed', {}, { value: 30.1, before: 30.2 }, 'Logins in the last 4 weeks: 30, little changed.'],
    [
      'against common sense',
      {},
      { value: 14, before: 3 },
      'Unusual: logins in the last 4 weeks rose from 3 to 14.',
    ],
  ])('%s', (_, rest, numbers, sentence) => {
    expect(told(rest, numbers, 'change').sentence).toBe(sentence);
  });
});

describe('the play', () => {
  it.each<[string, Partial<FeatureDefinition>, Numbers, string]>([
    ['low raises the risk', {}, { value: 3, typical: 14 }, 'call them'],
    ['high raises the risk', {}, { value: 30, typical: 14 }, 'slow them down'],
    ['low lowers the risk', {}, { value: 3, typical: 14, contribution: -1 }, ''],
    ['fell', {}, { value: 30, typical: 14, before: 60 }, 'call them'],
    ['as typical', {}, { value: 14, typical: 14 }, ''],
    ['nothing typical, low is declared', {}, { value: 3 }, 'call them'],
    ['nothing typical, nothing declared', { risk_when: 'either' }, { value: 3 }, ''],
    ['unknown', {}, { value: null, typical: 3 }, ''],
  ])('%s', (_, rest, numbers, play) => {
    expect(told(rest, numbers).play).toBe(play);
  });
});

describe('valueText', () => {
  it.each<[number, string, string]>([
    [1, 'seats', '1 seat'],
    [-1, 'seats', '-1 seat'],
    [2, 'seats', '2 seats'],
    [1.04, 'days', '1 day'],
    [1234.56, 'usd', '1,235 USD'],
    [0.4, 'ratio', '40 %'],
    [-0.031, 'points', '-3.1 points'],
  ])('%d %s', (value, unit, text) => {
    expect(valueText('number', unitWords(unit), value, 'long')).toBe(text);
  });
});

describe('numberText', () => {
  it.each<[number, string]>([
    [0, '0'],
    [0.128, '0.13'],
    [0.996, '1'],
    [2.345, '2.3'],
    [9.96, '10'],
    [12.6, '13'],
    [-0.001, '0'],
    [-1234567.8, '-1,234,568'],
    [Number.POSITIVE_INFINITY, 'without limit'],
  ])('%d', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
