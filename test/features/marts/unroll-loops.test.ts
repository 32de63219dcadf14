import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { readCompiledSql } from '../../../features/marts/marts-manifest.ts';
import { unrollLoops } from '../../../features/marts/unroll-loops.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { activityKindSchema } from '../../../features/settings/feature-settings.ts';

/** What dbt itself made of the models, under the default settings and under others; see features/dbt/compile.py. */
const compiled = new URL('../../../features/dbt/compiled/', import.meta.url);
const byDbt = z
  .array(
    z.object({
      settings: z.object({
        activity_kinds: z.array(activityKindSchema).optional(),
        window_days: z.array(z.int()).optional(),
      }),
      sha256: z.record(z.string(), z.string()),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('unrolled.json', compiled), 'utf8')));
const settingsOf = (index: number) => {
  const { activity_kinds, window_days } = { ...defaultSettings(), ...byDbt[index]!.settings };
  return { activity_kinds, window_days } as ReturnType<typeof defaultSettings>;
};

test('dbt has written down every model that has loops, for the default settings and for others', () => {
  const withLoops = readdirSync(compiled)
    .filter(
      (file) =>
        file.endsWith('.sql') &&
        /\/\*each |\{longest_window/.test(readFileSync(new URL(file, compiled), 'utf8')),
    )
    .map((file) => file.replace('.sql', ''));
  expect(withLoops.length).toBeGreaterThan(7);
  for (const { sha256 } of byDbt) expect(Object.keys(sha256).sort()).toEqual(withLoops);
  expect(byDbt.map(({ settings }) => Object.keys(settings))).toEqual([[], ['activity_kinds', 'window_days']]);
});

describe.each([0, 1])('settings %i', (index) => {
  test.each(Object.entries(byDbt[index]!.sha256))(
    '%s is what dbt compiles, byte for byte',
    (model, sha256) => {
      const sql = readCompiledSql(model, settingsOf(index));
      expect(createHash('sha256').update(sql).digest('hex')).toBe(sha256);
    },
  );
});

test('other kinds and windows make other columns, and words of their own', () => {
  const { features, themes } = featureSetOf(settingsOf(1));
  const named = (name: string) => features.find((feature) => feature.name === name);
  expect(named('learn_events_112d')).toMatchObject({
    label: "lessons of the customers' users in the last 16 weeks",
    unit: 'lessons',
    risk_when: 'low',
    theme: 'learn',
  });
  expect(named('leave_2_days_since_last_event')).toMatchObject({
    risk_when: 'low',
    plays: { up: '', down: "Ask what's up" },
  });
  expect(named('events_28d')?.twice).toBeUndefined();
  expect(named('session_events_28d')).toBeUndefined();
  expect(themes?.slice(-3).map(({ code }) => code)).toEqual(['learn', 'leave_2', 'other']);
});

describe('loops', () => {
  const settings = settingsOf(1);
  test.each([
    ["(/*each kind*/'{kind}'/*between*/, /*end*/)", "('learn', 'leave_2', 'other')"],
    ['/*each kind_of_use*/{kind}/*between*/ + /*end*/', 'learn + other'],
    ['/*each window*/{window}={weeks}/*between*/;/*end*/ {longest_window}', '28=4;35=5;84=12;112=16 112'],
    [
      '/*each kind*/[/*each window*/{kind}{weeks}/*between*/ /*end*/]/*between*//*end*/',
      '[learn4 learn5 learn12 learn16][leave_24 leave_25 leave_212 leave_216][other4 other5 other12 other16]',
    ],
    [
      "/*each described_kind*/{position} '{label}'/*between*/, /*end*/",
      "1 'lessons of the customers'' users', 2 'good-byes', 3 'other actions'",
    ],
    ['a {not_ours} /* a comment */ b  \n c', 'a {not_ours} /* a comment */ b\n c'],
  ])('%s', (sql, unrolled) => expect(unrollLoops(sql, settings)).toBe(unrolled));

  test.each([
    '/*each kind*/a/*end*/',
    '/*each kind*/a/*between*/',
    'a/*end*/',
    '/*each planet*/a/*between*//*end*/',
  ])('%s is a defect', (sql) => expect(() => unrollLoops(sql, settings)).toThrow(/compiled SQL/));
});
