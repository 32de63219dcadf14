import { expect, it } from 'vitest';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { readRiskList } from '../../../serving/risk-list/read-risk-list.ts';
import { vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { accountId, day, tenant, writeSmallMarts } from '../small-marts.ts';

it('reads the list of the latest date under the champion that scored it last, for one tenant', async () => {
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  await writeSmallMarts(warehouse, {
    tenants: { acme: 12, globex: 3 },
    asOfDates: ['2026-11-09', '2026-11-16'],
  });
  let minute = 0;
  const night = (version: string, asOf: string, bias = 0) =>
    scoreNight({
      warehouse,
      registry: championsOf(linearModel({ version, bias })),
      featureSet: smallFeatureSet,
      asOf: day(asOf),
      clock: () => new Date(Date.parse('2026-11-17T00:00:00Z') + 60_000 * ++minute),
      runId: `run-${version}-${asOf}-${minute}`,
      log: () => undefined,
    });
  const list = () => readRiskList(tenantReader(warehouse, tenant('acme')), vocabularies(warehouse), 5);
  await night('1', '2026-11-16');
  await night('2', '2026-11-16', 1);
  expect(await list()).toMatchObject({ asOf: '2026-11-16', modelVersion: '2', accounts: 12 });

  // A champion that was rolled back scores again, and a past date is filled in later.
  await night('1', '2026-11-16');
  await night('2', '2026-11-09', 1);
  const current = (await list())!;
  expect(current).toMatchObject({ asOf: '2026-11-16', modelVersion: '1', accounts: 12 });
  expect(current.rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
  expect(Object.keys(current.mrrAtRisk)).toEqual(['USD', 'EUR']);
  expect(current.mrrAtRisk.USD! + current.mrrAtRisk.EUR!).toBeGreaterThan(
    current.rows.reduce((sum, row) => sum + (row.mrrAtRisk ?? 0), 0),
  );
  // 0 active days and no ticket: activity is the only reason.
  const idle = current.rows.find((row) => row.accountId === accountId(11))!;
  expect(idle.name).toBe('acme customer 11');
  expect(idle.reasons[0]).toMatch(/^(Active days|Open support tickets) .*; typical is \d+\.$|: /);

  expect(await readRiskList(tenantReader(warehouse, tenant('initech')), vocabularies(warehouse))).toBeNull();
  await warehouse.close();
});
