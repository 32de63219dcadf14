import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext } from '../../cli/context/command-context.ts';
import { changeNights } from '../../cli/jobs/roll-back-nights.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import { listNights } from '../../serving/nights/list-nights.ts';
import { rollBackNights } from '../../serving/nights/roll-back-nights.ts';
import { openServedNight } from '../../serving/published/open-published-night.ts';
import { publishNight } from '../../serving/published/publish-night.ts';
import { loadScoreSnapshot } from '../../serving/read-model/score-snapshot.ts';
import { championsOf, linearModel, smallFeatureSet } from '../serving/linear-model.ts';
import { tenant, writeSmallMarts } from '../serving/small-marts.ts';
import { temporaryFolder } from '../serving/temporary-folder.ts';

const folder = temporaryFolder();
let minute = 0;
const clock = () => new Date(Date.UTC(2026, 10, 17, 2, minute++));

/** A platform with three published nights: one of the day before, and two of the day with other scores. */
async function home(name: string) {
  const publishedDirectory = join(await folder.path(), name, 'published');
  const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
  onTestFinished(() => warehouse.close());
  await writeSmallMarts(warehouse, { tenants: { acme: 4 }, asOfDates: ['2026-11-09', '2026-11-16'] });
  for (const [runId, bias, asOf] of [
    ['first', 0, '2026-11-09'],
    ['second', 0, '2026-11-16'],
    ['third', 1, '2026-11-16'],
  ] as const) {
    const registry = championsOf(linearModel({ bias }));
    const night = { warehouse, registry, featureSet: smallFeatureSet, clock, runId, log: () => {} };
    await scoreNight({ ...night, asOf: asOf as never });
    await publishNight({ warehouse, folder: publishedDirectory, runId, nightsKept: 14, clock });
  }
  const configuration = { publishedDirectory, user: 'ana', retention: { nights: 14 } };
  const context = { clock, configuration } as unknown as CommandContext;
  const served = async () => {
    const night = (await openServedNight(publishedDirectory))!;
    const { current } = (await loadScoreSnapshot(night, null, clock)).get(tenant('acme'))!;
    await night.close();
    return { asOf: current.run.asOf, probability: [...current.probability90d] };
  };
  return { warehouse, context, served };
}

test('services are shown the night before at once, and the one taken back again after undoing', async () => {
  const { warehouse, context, served } = await home('one');
  const third = await served();
  const back = await changeNights(context, warehouse, { reason: 'a bad model' });
  expect(back).toMatchObject({ nights: ['third'], revisionsAdded: 4, isRest: false });
  const second = await served();
  expect(second.asOf).toBe('2026-11-16');
  expect(second.probability[0]).toBeLessThan(third.probability[0]!);
  expect((await listNights(warehouse))[0]!.rolledBack).toMatchObject({ by: 'ana', reason: 'a bad model' });
  await changeNights(context, warehouse, { reason: 'it was good', isUndo: true });
  expect(await served()).toEqual(third);
  await changeNights(context, warehouse, { to: 'first', reason: 'both are bad' });
  expect((await served()).asOf).toBe('2026-11-09');
});

test('a rollback that was stopped before services saw it is brought to its end, and takes no further night', async () => {
  const { warehouse, context, served } = await home('two');
  const third = await served();
  const request = { rollbackId: 'stopped', by: 'ana', reason: 'a bad model', clock };
  await rollBackNights(warehouse, request);
  expect(await served()).toEqual(third);
  const rest = await changeNights(context, warehouse, { reason: 'a bad model' });
  expect(rest).toMatchObject({ nights: ['third'], rollbackId: 'stopped', isRest: true });
  expect((await served()).probability[0]).toBeLessThan(third.probability[0]!);
  expect((await served()).asOf).toBe('2026-11-16');
  expect((await changeNights(context, warehouse, { reason: 'another one' })).nights).toEqual(['second']);
});
