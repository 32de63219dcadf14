import { describe, expect, test } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import { dbtVars } from '../../../features/settings/dbt-vars.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import type { OwnSettings } from '../../../features/settings/own-settings.ts';
import { settleSettings } from '../../../features/settings/settle-settings.ts';

const nothing: OwnSettings = { activity_kinds: [], event_kinds: [], feature_settings: [] };
const settle = (own: Partial<OwnSettings>) => settleSettings(defaultSettings(), { ...nothing, ...own });
const names = (own: Partial<OwnSettings>) => settle(own).activity_kinds.map((kind) => kind.activity_kind);
const setting = (name: string, value: string) => ({ feature_settings: [{ setting: name, value }] });

test('without rows the defaults hold', () => {
  expect(settle({})).toEqual(defaultSettings());
  expect(dbtVars(settle({})).has_declared_columns).toBe(true);
});

test('new kinds come after the default ones by name, and other is the last', () => {
  const own = {
    activity_kinds: [
      { activity_kind: ' Train', label: 'trainings' },
      { activity_kind: 'learn', label: 'lessons' },
    ],
  };
  expect(names(own).slice(-4)).toEqual(['disconnect', 'learn', 'train', 'other']);
  expect(settle(own).activity_kinds.find((kind) => kind.activity_kind === 'train')).toEqual({
    activity_kind: 'train',
    label: 'trainings',
    unit: 'count',
    risk_when: 'low',
    play_up: '',
    play_down: '',
  });
  expect(dbtVars(settle(own)).has_declared_columns).toBe(false);
});

test('a row of a default kind changes only what it says', () => {
  const before = defaultSettings().activity_kinds.find((kind) => kind.activity_kind === 'record');
  const own = {
    activity_kinds: [{ activity_kind: 'record', label: 'edited orders', unit: 'orders', risk_when: null }],
  };
  expect(settle(own).activity_kinds[1]).toEqual({ ...before, label: 'edited orders', unit: 'orders' });
  expect(dbtVars(settle(own)).has_declared_columns).toBe(true);
});

test('types of a kind that is out of use count as other', () => {
  const own = { activity_kinds: [{ activity_kind: 'session', in_use: 0 }] };
  expect(names(own)).not.toContain('session');
  expect(Object.values(settle(own).event_kinds)).not.toContain('session');
  expect(settle(own).event_kinds).toHaveProperty('deal_won', 'record');
});

test('windows, first as-of date and step are read from text', () => {
  expect(settle(setting(' Window_Days', '84 28,7')).window_days).toEqual([7, 28, 84]);
  expect(settle(setting('grid_start', '2026-02-03')).grid_start).toBe('2026-02-03');
  expect(settle(setting('grid_step_days', '7')).grid_step_days).toBe(7);
});

const kind = (...rows: OwnSettings['activity_kinds']) => ({ activity_kinds: rows });
describe('what cannot be meant is refused in one sentence', () => {
  test.each<[Partial<OwnSettings>, RegExp]>([
    [kind({ activity_kind: 'drop table', label: 'x' }), /kind "drop table" cannot name columns; take a word/],
    [kind({ activity_kind: '2nd', label: 'x' }), /kind "2nd" cannot name columns/],
    [kind({ activity_kind: 'tenant', label: 'x' }), /the name tenant is taken/],
    [kind({ activity_kind: 'any', label: 'x' }), /the name any is taken/],
    [
      kind({ activity_kind: 'learn', label: 'a' }, { activity_kind: 'Learn ', label: 'b' }),
      /kind learn comes twice/,
    ],
    [kind({ activity_kind: 'learn', label: ' ' }), /kind learn has no label; say what people call it/],
    [kind({ activity_kind: 'learn', label: '{value}' }), /the label of kind learn holds a brace/],
    [
      kind({ activity_kind: 'learn', label: 'a', play_up: 'a\nb' }),
      /the play_up of kind learn holds .+ control/,
    ],
    [
      kind({ activity_kind: 'learn', label: 'a', risk_when: 'never' }),
      /risk_when of kind learn is never; say low/,
    ],
    [kind({ activity_kind: 'other', in_use: 0 }), /kind other cannot be out of use/],
    [
      kind(...Array.from({ length: 39 }, (_, index) => ({ activity_kind: `k${index}`, label: 'x' }))),
      /there are 51 kinds of activity.+keep 50 at most/,
    ],
    [
      {
        ...kind({ activity_kind: 'report', in_use: 0 }),
        event_kinds: [{ event_type: 'x', activity_kind: 'report' }],
      },
      /event type x is mapped to report, which is no kind of activity/,
    ],
    [setting('window', '7'), /there is no setting window; did you mean window_days\?/],
    [
      setting('window_days', '7, 28, 30, 84'),
      /window_days is "7, 28, 30, 84"; give days that are whole weeks/,
    ],
    [setting('window_days', '28 84 371'), /give days that are whole weeks, from 7 to 364/],
    [setting('window_days', '0 28 84'), /whole weeks/],
    [setting('window_days', ''), /whole weeks/],
    [setting('window_days', '7, 14, 28'), /without 84; add 84: other columns/],
    [setting('window_days', '28, 28, 84'), /comes twice/],
    [setting('grid_start', '01/02/2026'), /grid_start is "01\/02\/2026"; give a date as YYYY-MM-DD/],
    [setting('grid_step_days', '10'), /grid_step_days is "10"; give days that are whole weeks/],
  ])('%j', (own, message) => {
    expect(() => settle(own)).toThrow(BadInput);
    expect(() => settle(own)).toThrow(message);
  });
});
