import { expect, it } from 'vitest';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { planNight } from '../../../serving/batch/plan-night.ts';
import { writeSmallMarts } from '../small-marts.ts';

it.each([
  ['the score of a week ago, and not of last night', ['06-01', '06-08', '06-14', '06-15'], '2026-06-08'],
  ['the nearest to that', ['06-01', '06-07', '06-10', '06-15'], '2026-06-07'],
  ['of two that are as near, the later one', ['06-07', '06-09', '06-15'], '2026-06-09'],
  ['an older one where there is none', ['05-18', '06-14', '06-15'], '2026-05-18'],
  ['none', ['06-13', '06-14', '06-15'], null],
])('compares with %s', async (_what, dates, previous) => {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  await writeSmallMarts(warehouse, {
    tenants: { acme: 1 },
    asOfDates: dates.map((date) => `2026-${date}`),
  });
  const [plan] = await planNight(warehouse, {});
  expect(plan).toMatchObject({ asOf: '2026-06-15', previousAsOf: previous });
  await warehouse.close();
});

it('in parts has every tenant once, whoever asks', async () => {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  const tenants = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`tenant-${index}`, 1]));
  await writeSmallMarts(warehouse, { tenants, asOfDates: ['2026-06-15'] });
  const parts = [];
  for (const part of [1, 2, 3]) parts.push(await planNight(warehouse, { part: { part, of: 3 } }));
  await warehouse.close();
  for (const plans of parts) expect(plans.length).toBeGreaterThan(5);
  expect(
    parts
      .flat()
      .map(({ tenantId }) => tenantId)
      .sort(),
  ).toEqual(Object.keys(tenants).sort());
});
