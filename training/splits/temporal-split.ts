import { fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import { foldSplit } from './fold-split.ts';
import { holdOutAccounts } from './held-out-accounts.ts';
import { labelWindowDays } from './label-window-days.ts';
import { type Slice, sliceAsKnown } from './slice.ts';
import type { Split, SplitOptions } from './split.ts';

const TEST_SHARE = 0.2;
const VALIDATION_SHARE = 0.2;
/** A later slice is worth its embargo only if so much of the history is left to learn from. */
const LEAST_TRAINING_SHARE = 0.45;
const LEAST_CHURNED = 20;

/**
 * Train, then validate, then test, in the order of time. The embargo is per label: a slice knows a label only if its
 * window closed before the next slice begins, so rows near a border still teach the shorter horizons.
 * Where history is too short for a later validation slice, whole accounts are held out for it instead;
 * the test always comes last.
 */
export function temporalSplit(
  labelled: LabelledFrame,
  asOfEpochDays: Int32Array,
  options: SplitOptions,
): Split {
  const windows = labelled.targets.map((target) => options.embargoDays ?? labelWindowDays(target) ?? 0);
  const notes: string[] = [];
  if (
    options.embargoDays === undefined &&
    labelled.targets.some((target) => labelWindowDays(target) === null)
  )
    notes.push('label windows are unknown, so there is no embargo between slices; give --embargo DAYS');
  const testReserved = options.testFrom !== undefined || options.testTenants !== undefined;
  const border = testReserved
    ? requestedBorder(labelled, asOfEpochDays, options)
    : chosenBorder(labelled, asOfEpochDays, windows, notes);
  if (border === null) {
    notes.push('history is too short to test on later dates: accounts are held out instead, which flatters');
    const byFold = foldSplit({ ...labelled, asOfEpochDays: null }, { seed: options.seed });
    return { ...byFold, notes };
  }
  const rows = [...asOfEpochDays.keys()];
  const test = sliceAsKnown(labelled, rows.filter(border.isTest), windows, null);
  const before = sliceAsKnown(labelled, rows.filter(border.isBefore), windows, border.day);
  if (testReserved) refuseEmpty(test, before);
  // Tenants that train may lie later than those that test; then no slice of theirs is closer to the test than another.
  const later = border.day === null ? undefined : laterValidation(labelled, asOfEpochDays, before, windows);
  const heldOut = later ?? accountValidation(labelled, before, options.seed);
  if (later === undefined && border.day !== null)
    notes.push(
      'history is too short for a later validation slice: 20 % of accounts are held out for early stopping and calibration',
    );
  return {
    kind: 'by_time',
    round: { ...heldOut, test },
    production: testReserved ? before : sliceAsKnown(labelled, rows, windows, null),
    testReserved,
    method: `by time: ${border.name}; validation ${later === undefined ? 'by account' : 'on later dates'}; embargo ${windows.join('/')} days`,
    notes,
  };
}

interface Border {
  readonly name: string;
  /** What trains was known by this day; null where tenants divide the rows and time does not. */
  readonly day: number | null;
  readonly isTest: (row: number) => boolean;
  readonly isBefore: (row: number) => boolean;
}

function requestedBorder(
  { tenantIds }: LabelledFrame,
  asOfEpochDays: Int32Array,
  { testFrom, testTenants }: SplitOptions,
): Border {
  const day = testFrom === undefined ? null : toEpochDay(testFrom);
  const wanted = testTenants === undefined ? undefined : new Set(testTenants);
  if (wanted !== undefined && tenantIds === null)
    throw new BadInput({
      where: '--test-tenant',
      what: 'the rows have no tenants',
      remedy: 'leave the option out',
    });
  const levelIsWanted = tenantIds?.levels.map((level) => wanted?.has(level) ?? true);
  const ofTenants = (row: number): boolean => levelIsWanted?.[tenantIds!.codes[row]!] ?? true;
  const late = (row: number): boolean => day === null || asOfEpochDays[row]! >= day;
  return {
    name: [
      testFrom === undefined ? '' : `test from ${testFrom}`,
      wanted === undefined ? '' : `test on ${wanted.size} tenants`,
    ]
      .filter((part) => part !== '')
      .join(', '),
    day,
    isTest: (row) => ofTenants(row) && late(row),
    isBefore:
      wanted === undefined ? (row) => !late(row) : (row) => !ofTenants(row) && (day === null || !late(row)),
  };
}

/** The latest fifth of rows, by the longest label that leaves enough to learn from; null when none does. */
function chosenBorder(
  labelled: LabelledFrame,
  asOfEpochDays: Int32Array,
  windows: readonly number[],
  notes: string[],
): Border | null {
  const all = sliceAsKnown(labelled, asOfEpochDays.keys(), windows, null);
  for (let target = windows.length - 1; target >= 0; target--) {
    const days = all.rows
      .filter((row) => !Number.isNaN(labelled.labels[target]![row]!))
      .map((row) => asOfEpochDays[row]!)
      .sort();
    const day = days[Math.floor(days.length * (1 - TEST_SHARE))];
    if (day === undefined || day === days[0]) continue;
    const before = sliceAsKnown(
      labelled,
      all.rows.filter((row) => asOfEpochDays[row]! < day),
      windows,
      day,
    );
    const test = sliceAsKnown(
      labelled,
      all.rows.filter((row) => asOfEpochDays[row]! >= day),
      windows,
      null,
    );
    const enough = target === 0 ? 0.2 : LEAST_TRAINING_SHARE;
    if (
      before.rows.length < enough * all.rows.length ||
      !hasBothClasses(before, target) ||
      !hasBothClasses(test, 0)
    )
      continue;
    if (target < windows.length - 1)
      notes.push(
        `history is too short to test ${labelled.targets.slice(target + 1).join(' and ')} on later dates in full`,
      );
    return {
      name: `test from ${fromEpochDay(day)}`,
      day,
      isTest: (row) => asOfEpochDays[row]! >= day,
      isBefore: (row) => asOfEpochDays[row]! < day,
    };
  }
  return null;
}

/** The last fifth of what is known before the test; undefined when too little would be left before it. */
function laterValidation(
  labelled: LabelledFrame,
  asOfEpochDays: Int32Array,
  before: Slice,
  windows: readonly number[],
): { training: Slice; validation: Slice } | undefined {
  const longest = windows.length - 1;
  const days = before.rows
    .filter((_, position) => !Number.isNaN(before.labels[longest]![position]!))
    .map((row) => asOfEpochDays[row]!)
    .sort();
  const day = days[Math.floor(days.length * (1 - VALIDATION_SHARE))];
  if (day === undefined) return undefined;
  const training = sliceAsKnown(
    labelled,
    before.rows.filter((row) => asOfEpochDays[row]! < day),
    windows,
    day,
  );
  const late = Int32Array.from(before.rows.keys()).filter(
    (position) => asOfEpochDays[before.rows[position]!]! >= day,
  );
  const validation: Slice = {
    rows: late.map((position) => before.rows[position]!),
    labels: before.labels.map((column) => Float64Array.from(late, (position) => column[position]!)),
  };
  const enough =
    training.rows.length >= LEAST_TRAINING_SHARE * before.rows.length &&
    windows.every((_, target) => hasBothClasses(training, target) && hasBothClasses(validation, target));
  return enough ? { training, validation } : undefined;
}

function accountValidation(
  labelled: LabelledFrame,
  before: Slice,
  seed: number,
): { training: Slice; validation: Slice } {
  const [validation, training] = holdOutAccounts(labelled, before, VALIDATION_SHARE, `${seed}/validation`);
  return { training, validation };
}

function hasBothClasses({ labels }: Slice, target: number): boolean {
  let churned = 0;
  let stayed = 0;
  for (const label of labels[target]!) {
    if (label === 1) churned++;
    else if (label === 0) stayed++;
  }
  return churned >= LEAST_CHURNED && stayed >= LEAST_CHURNED;
}

function refuseEmpty(test: Slice, before: Slice): void {
  for (const [slice, what] of [
    [test, 'leaves no labelled row to test on'],
    [before, 'leaves no labelled row to train on'],
  ] as const)
    if (slice.rows.length === 0)
      throw new BadInput({
        where: 'the requested test slice',
        what,
        remedy: 'choose another --test-from or --test-tenant',
      });
}
