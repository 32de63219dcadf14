import { expect, it } from 'vitest';
import { MADE_UP_TABLES, madeUpWorld } from './made-up-world.ts';
import { martsFrom, type RawLayer, type Row } from './small-raw-layer.ts';

/*
 * The past never changes: a home that holds only what had arrived by a date gives the same rows for it as one that holds
 * everything, in every column. The rows are made up: in-place updates, late rows, corrections and declared back-fills.
 */
const DATES = ['2026-04-13', '2026-06-10', '2026-08-03'];
const TENANTS = 50;
const END = '2026-09-21';
const DAY_MS = 86_400_000;

it('a home that holds only what had arrived by a date gives the same rows for it', {
  timeout: 120_000,
}, async () => {
  const world = madeUpWorld({ seed: 7, tenants: TENANTS, end: END });
  const requests = { as_of_requests: DATES.map((as_of_date) => ({ as_of_date })) };
  const whole_ = await martsFrom({ ...world, ...requests });
  const [features, labels] = [await whole_('account_features'), await whole_('account_churn_labels')];
  let waiting = 0;
  for (const date of DATES) {
    const arrived: RawLayer = {
      ...Object.fromEntries(
        MADE_UP_TABLES.map((table) => [
          table,
          world[table].filter((row) => String(row.loaded_at) < `${date}T00:00:00`),
        ]),
      ),
      tenant_settings: world.tenant_settings.map((row) => ({ ...row, data_through: date })),
      backfills: world.backfills,
      ...requests,
    };
    const marts = await martsFrom(arrived);
    const at = (rows: readonly Row[]) => rows.filter((row) => row.as_of_date === date);
    const then = await marts('account_features');
    expect(at(then).length).toBeGreaterThan(60);
    expect(at(features)).toEqual(at(then));

    // Labels that were known by then, of all as-of dates that both homes have.
    const known = (rows: readonly Row[], mine: ReadonlySet<string>) =>
      rows.flatMap((row) => {
        const key = `${row.tenant_id} ${row.account_id} ${row.as_of_date}`;
        const closed = (days: number) =>
          Date.parse(String(row.as_of_date)) + days * DAY_MS <= Date.parse(date);
        return mine.has(key)
          ? [30, 60, 90].flatMap((days) => (closed(days) ? [[key, days, row[`churned_${days}d`]]] : []))
          : [];
      });
    const thenLabels = await marts('account_churn_labels');
    const shared = new Set(thenLabels.map((row) => `${row.tenant_id} ${row.account_id} ${row.as_of_date}`));
    const later = new Set(labels.map((row) => `${row.tenant_id} ${row.account_id} ${row.as_of_date}`));
    const both = new Set([...shared].filter((key) => later.has(key)));
    const [now, before] = [known(labels, both), known(thenLabels, both)];
    const isFinal = before.map(([, , churned]) => churned !== null);
    expect(now.filter((_, index) => isFinal[index])).toEqual(before.filter((_, index) => isFinal[index]));
    // The others wait for an end that is open, and by now every one of these is decided.
    waiting += isFinal.filter((final) => !final).length;
    expect(now.every(([, , churned]) => churned !== null)).toBe(true);
  }
  expect(waiting).toBeGreaterThan(0);
  expect(labels.some((row) => row.churned_30d === true && row.churn_definition === 'contractual')).toBe(true);
  expect(labels.some((row) => row.churned_30d === true && row.churn_definition === 'inactivity')).toBe(true);
});
