import { describe, expect, it } from 'vitest';
import { asOfDateSchema, fromEpochDay } from '../../../features/contract/as-of-date.ts';
import { BadInput } from '../../../features/contract/failure.ts';
import type { LabelledFrame } from '../../../features/contract/feature-frame.ts';
import { chooseSplit } from '../../../training/splits/choose-split.ts';
import type { Slice } from '../../../training/splits/slice.ts';
import type { FoldSplit, SplitOptions, TemporalSplit } from '../../../training/splits/split.ts';
import { madeUpAccounts } from '../../models/made-up-accounts.ts';

const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];
const WINDOWS = [30, 60, 90];

/** Weekly as-of dates; labels are unknown where their window is open at the end, as in the mart. */
function history(weeks: number, accounts = 60): LabelledFrame {
  const labelled = madeUpAccounts({ rows: weeks * accounts, seed: 1, weeks, targets: TARGETS });
  const days = labelled.asOfEpochDays!;
  const through = 20_000 + 7 * weeks;
  return {
    ...labelled,
    labels: labelled.labels.map((column, target) =>
      column.map((label, row) => (days[row]! + WINDOWS[target]! <= through ? label : Number.NaN)),
    ),
  };
}

/** The last day that any known label of a slice looks at. */
function knownUntil({ asOfEpochDays }: LabelledFrame, { rows, labels }: Slice): number {
  let last = 0;
  labels.forEach((column, target) => {
    column.forEach((label, position) => {
      if (!Number.isNaN(label)) last = Math.max(last, asOfEpochDays![rows[position]!]! + WINDOWS[target]!);
    });
  });
  return last;
}

const firstDay = ({ asOfEpochDays }: LabelledFrame, { rows }: Slice): number =>
  Math.min(...Array.from(rows, (row) => asOfEpochDays![row]!));
const groupsOf = ({ groups }: LabelledFrame, { rows }: Slice): Set<number> =>
  new Set(Array.from(rows, (row) => groups[row]!));

const byTime = (labelled: LabelledFrame, options: SplitOptions) => {
  const { round, ...rest } = chooseSplit(labelled, options) as TemporalSplit;
  return { ...round, ...rest };
};

describe('a long history', () => {
  const labelled = history(104);
  const { training, validation, test, method } = byTime(labelled, { seed: 1 });

  it('is cut by time, train before validation before test', () => {
    expect(method).toMatch(
      /^by time: test from \d{4}-\d\d-\d\d; validation on later dates; embargo 30\/60\/90 days$/,
    );
    expect(firstDay(labelled, training)).toBeLessThan(firstDay(labelled, validation));
    expect(firstDay(labelled, validation)).toBeLessThan(firstDay(labelled, test));
  });

  it('lets no label window reach into the next slice', () => {
    expect(knownUntil(labelled, training)).toBeLessThanOrEqual(firstDay(labelled, validation));
    expect(knownUntil(labelled, validation)).toBeLessThanOrEqual(firstDay(labelled, test));
  });

  it('keeps rows with a known short label and an unknown long one', () => {
    const partly = training.labels[0]!.filter(
      (label, position) => !Number.isNaN(label) && Number.isNaN(training.labels[2]![position]!),
    );
    expect(partly.length).toBeGreaterThan(0);
  });
});

describe('a history too short for three embargoes', () => {
  const labelled = history(30);
  const { training, validation, test, notes } = byTime(labelled, { seed: 1 });

  it('still tests on later dates without a leak, and validates on held-out accounts', () => {
    for (const slice of [training, validation])
      expect(knownUntil(labelled, slice)).toBeLessThanOrEqual(firstDay(labelled, test));
    const trained = groupsOf(labelled, training);
    expect([...groupsOf(labelled, validation)].some((group) => trained.has(group))).toBe(false);
    expect(notes.join()).toMatch(/history is too short for a later validation slice/);
  });
});

it('one as-of date falls back to a split by accounts and says so', () => {
  const { method, notes } = chooseSplit(history(1, 600), { seed: 1, embargoDays: 0 });
  expect(method).toMatch(/^accounts at random/);
  expect(notes.join()).toMatch(/history is too short to test on later dates/);
});

describe('a requested test slice', () => {
  const labelled = history(60);

  it('from a date: later rows do not train, and production does not see them', () => {
    const testFrom = asOfDateSchema.parse(fromEpochDay(20_000 + 7 * 40));
    const { training, validation, test, production, testReserved } = byTime(labelled, { seed: 1, testFrom });
    expect(testReserved).toBe(true);
    expect(firstDay(labelled, test)).toBe(20_000 + 7 * 40);
    for (const slice of [training, validation, production])
      expect(knownUntil(labelled, slice)).toBeLessThanOrEqual(20_000 + 7 * 40);
  });

  it('of tenants: their rows test, other rows train', () => {
    const { training, validation, test, production } = byTime(labelled, { seed: 1, testTenants: ['south'] });
    const tenantsOf = ({ rows }: Slice) => new Set(Array.from(rows, (row) => labelled.tenantIds!.codes[row]));
    expect(tenantsOf(test)).toEqual(new Set([1]));
    for (const slice of [training, validation, production]) expect(tenantsOf(slice)).toEqual(new Set([0]));
  });

  it.each([
    [
      'before everything',
      { testFrom: asOfDateSchema.parse('2000-01-01') },
      /leaves no labelled row to train on/,
    ],
    [
      'after everything',
      { testFrom: asOfDateSchema.parse('2100-01-01') },
      /leaves no labelled row to test on/,
    ],
    ['of an unknown tenant', { testTenants: ['east'] }, /leaves no labelled row to test on/],
  ])('%s is refused', (_, options, message) => {
    expect(() => chooseSplit(labelled, { seed: 1, ...options })).toThrow(message);
    expect(() => chooseSplit(labelled, { seed: 1, ...options })).toThrow(BadInput);
  });

  it('of a table without time is refused', () => {
    const table = madeUpAccounts({ rows: 100, seed: 1 });
    expect(() => chooseSplit(table, { seed: 1, testTenants: ['south'] })).toThrow(
      /the table has no as-of date/,
    );
  });
});

describe('a table without time', () => {
  const labelled = {
    ...madeUpAccounts({ rows: 900, seed: 1 }),
    groups: Int32Array.from({ length: 900 }, (_, row) => Math.floor(row / 3)),
  };
  const { rounds } = chooseSplit(labelled, { seed: 1 }) as FoldSplit;

  it('keeps accounts whole and uses every row once in every fold', () => {
    for (const { training, validation, test } of rounds) {
      const sets = [training, validation, test].map((slice) => groupsOf(labelled, slice));
      expect(sets.reduce((sum, set) => sum + set.size, 0)).toBe(300);
      expect(training.rows.length + validation.rows.length + test.rows.length).toBe(900);
    }
  });

  it('tests every row in one fold', () => {
    const tested = rounds.flatMap(({ test }) => [...test.rows]);
    expect(tested.sort((a, b) => a - b)).toEqual([...labelled.groups.keys()]);
  });

  it('is the same for the same seed and differs for another', () => {
    const first = (seed: number) => (chooseSplit(labelled, { seed }) as FoldSplit).rounds[0]!.test.rows;
    expect(first(1)).toEqual(rounds[0]!.test.rows);
    expect(first(2)).not.toEqual(rounds[0]!.test.rows);
  });

  it('has the same share of churned accounts in every slice', () => {
    const shares = rounds
      .flatMap(({ training, validation, test }) => [training, validation, test])
      .map(({ labels }) => labels[0]!.reduce((sum, label) => sum + label, 0) / labels[0]!.length);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.12);
  });

  it('of many rows has fewer folds', () => {
    const many = chooseSplit(madeUpAccounts({ rows: 20_001, seed: 1 }), { seed: 1 }) as FoldSplit;
    expect(many.rounds).toHaveLength(3);
  });
});
