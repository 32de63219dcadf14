import { describe, expect, it } from 'vitest';
import type { FeatureDefinition } from '../../../../features/contract/feature-set.ts';
import type { FeatureValue } from '../../../../models/scoring/drivers/driver.ts';
import {
  changeSentence,
  driverSentence,
  formatFeatureValue,
} from '../../../../models/scoring/drivers/driver-sentence.ts';

const feature = (rest: Partial<FeatureDefinition>): FeatureDefinition => ({
  name: 'x',
  type: 'number',
  label: 'logins in the last 28 days',
  unit: 'count',
  risk_when: 'low',
  ...rest,
});

describe('driverSentence', () => {
  it.each<[string, Partial<FeatureDefinition>, FeatureValue, FeatureValue, number, string]>([
    ['a number', {}, 3, 14, 1, 'Logins in the last 28 days: 3, where 14 is typical (raises the risk)'],
    ['good news', {}, 30, 14, -1, 'Logins in the last 28 days: 30, where 14 is typical (lowers the risk)'],
    [
      'missing',
      { label: 'days since the last support ticket', unit: 'days' },
      null,
      14,
      1,
      'Days since the last support ticket: none on record, where 14 is typical (raises the risk)',
    ],
    [
      'missing for most',
      { label: 'satisfaction', unit: '' },
      2,
      null,
      1,
      'Satisfaction: 2, where most accounts have none (raises the risk)',
    ],
    [
      'missing for most and here',
      { label: 'satisfaction' },
      null,
      null,
      -1,
      'Satisfaction: none on record (lowers the risk)',
    ],
    ['equal to typical', {}, 14, 14, -1, 'Logins in the last 28 days: 14, as is typical (lowers the risk)'],
    [
      'a category',
      { type: 'category', label: 'plan', unit: '' },
      'Basic',
      'Pro',
      1,
      'Plan: Basic, where Pro is most common (raises the risk)',
    ],
    [
      'a boolean',
      { type: 'boolean', label: 'paid by the year', unit: '' },
      0,
      1,
      1,
      'Paid by the year: no, where yes is typical (raises the risk)',
    ],
  ])('%s', (_, rest, value, typical, contribution, sentence) => {
    expect(driverSentence(feature(rest), value, typical, contribution)).toBe(sentence);
  });
});

describe('changeSentence', () => {
  it.each<[string, Partial<FeatureDefinition>, FeatureValue, FeatureValue, string]>([
    ['fell', {}, 14, 3, 'Logins in the last 28 days fell from 14 to 3 (raises the risk)'],
    ['rose', {}, 3, 14, 'Logins in the last 28 days rose from 3 to 14 (raises the risk)'],
    [
      'changed',
      { type: 'category', label: 'plan' },
      'Pro',
      'Basic',
      'Plan changed from Pro to Basic (raises the risk)',
    ],
    ['appeared', {}, null, 3, 'Logins in the last 28 days: now 3, before none on record (raises the risk)'],
    [
      'vanished',
      {},
      3,
      null,
      'Logins in the last 28 days: none on record any more, before 3 (raises the risk)',
    ],
    [
      'stayed',
      {},
      3,
      3,
      'Logins in the last 28 days stayed at 3, and weighs differently as other signals moved (raises the risk)',
    ],
  ])('%s', (_, rest, before, now, sentence) => {
    expect(changeSentence(feature(rest), before, now, 0.5)).toBe(sentence);
  });
});

describe('formatFeatureValue', () => {
  it.each<[number, string, string]>([
    [1, 'seats', '1 seat'],
    [2, 'seats', '2 seats'],
    [1234.56, 'usd', '$1,235'],
    [-20, 'usd', '-$20'],
    [0.256, 'share', '25.6 %'],
    [0.4, 'ratio', '0.4×'],
    [12.345, 'count', '12.3'],
    [-0.001, 'count', '0'],
    [Number.POSITIVE_INFINITY, 'count', 'without limit'],
  ])('%d %s', (value, unit, shown) => {
    expect(formatFeatureValue(feature({ unit }), value)).toBe(shown);
  });
});
