import { describe, expect, it } from 'vitest';
import { activityWords } from '../../../serving/pages/activity-words.ts';
import { churnRule, churnVerb } from '../../../serving/pages/churn-words.ts';
import { interval, percent } from '../../../serving/pages/format.ts';

const repeated = (...counts: number[]) => counts.flatMap((count) => [count, count, count, count]);

describe('words of the pages', () => {
  it('say how activity went', () => {
    expect(activityWords(repeated(12, 9, 0))).toBe('no events in the last 4 weeks, 12 a week before');
    expect(activityWords(repeated(0, 9, 0))).toBe('no events in the last 4 weeks');
    expect(activityWords(repeated(0, 0, 0))).toBe('no events in 12 weeks');
    expect(activityWords(repeated(12, 3, 4))).toBe('events fell from 12 to 4 a week');
    expect(activityWords(repeated(4, 3, 12))).toBe('events rose from 4 to 12 a week');
    expect(activityWords(repeated(4, 30, 4))).toBe('steady at 4 events a week');
  });

  it('say what churn is, by the definition of the tenant', () => {
    const settings = { silentDays: 45, graceDays: 7 };
    expect(churnVerb({ definition: 'contractual', ...settings })).toBe('cancels or lapses');
    expect(churnVerb({ definition: 'inactivity', ...settings })).toBe('goes 45 days without any activity');
    expect(churnVerb({ definition: 'both', ...settings })).toBe(
      'cancels or lapses or, without a contract, goes 45 days without any activity',
    );
    expect(churnVerb(null)).toBe('leaves');
    expect(churnRule({ definition: 'contractual', ...settings })).toContain('for more than 7 days');
    expect(churnRule({ definition: 'contractual', silentDays: 45, graceDays: 1 })).toContain(
      'more than one day',
    );
    expect(churnRule({ definition: 'inactivity', ...settings })).toContain('for 45 days');
    expect(churnRule({ definition: 'both', ...settings })).toMatch(
      /more than 7 days; any other one .* 45 days/,
    );
    expect(churnRule(null)).toContain('not on record');
  });

  it('call nothing certain', () => {
    expect([percent(0.99996), percent(1), percent(0.00004), percent(0), percent(0.8731)]).toEqual([
      '> 99.9 %',
      '100.0 %',
      '< 0.1 %',
      '0.0 %',
      '87.3 %',
    ]);
  });

  it('widen an interval to whole percents, and have none where there is none', () => {
    expect(interval({ churn_probability_90d_low: 0.081, churn_probability_90d_high: 0.181 })).toBe(
      '8 to 19 %',
    );
    expect(interval({ churn_probability_90d_low: null, churn_probability_90d_high: null })).toBeNull();
  });
});
