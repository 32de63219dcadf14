import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDuckDbWarehouse } from '../../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreNight } from '../../../../serving/batch/score-night.ts';
import { championsOf, linearModel, smallFeatureSet } from '../../linear-model.ts';
import { day, tenant } from '../../small-marts.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../service-under-test.ts';

/** What `/metrics` says of the last night. The service under test has scored acme and globex, and its clock says 08:00. */

let folder: string;
let service: ServiceUnderTest;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-last-night-'));
  service = await startServiceUnderTest(folder);
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a night that has just landed', async () => {
  expect(await metric('churn_night_tenants{outcome="landed"')).toBe(2);
  expect(await metric('churn_scores_landed_age{')).toBe(0);
  // The newest day is 9 November, and it is 08:00 on the 17th.
  expect(await metric('churn_scores_as_of_age{')).toBe((8 * 24 + 8) * 3600);
});

it('a tenant that is held back the next night counts as refused, and its scores stay', async () => {
  service.now = new Date('2026-11-18T02:00:00Z');
  const warehouse = await openDuckDbWarehouse({ file: service.file });
  await scoreNight({
    warehouse,
    registry: championsOf(linearModel({ version: 'v0', bias: 0 })),
    featureSet: smallFeatureSet,
    asOf: day('2026-11-16'),
    withheld: new Map([[tenant('globex'), { reason: 'its file was not taken in', gates: [] }]]),
    clock: () => service.now,
    runId: 'run-next',
    log: () => undefined,
  });
  await warehouse.close();
  service.now = new Date('2026-11-18T03:00:00Z');
  await service.scores.refresh();
  expect(await metric('churn_night_tenants{outcome="landed"')).toBe(1);
  expect(await metric('churn_night_tenants{outcome="refused"')).toBe(1);
  expect(await metric('churn_scores_tenants{')).toBe(2);
  expect(await metric('churn_scores_landed_age{')).toBe(3600);
});

it('without a night for a day every tenant is missing', async () => {
  service.now = new Date('2026-11-19T03:00:00Z');
  await service.scores.refresh();
  expect(await metric('churn_night_tenants{outcome="missing"')).toBe(2);
  expect(await metric('churn_night_tenants{outcome="landed"')).toBe(0);
});

async function metric(name: string): Promise<number> {
  const text = await (await service.get('/metrics')).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(name));
  return Number(line?.split(' ').at(-1));
}
