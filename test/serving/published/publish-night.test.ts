import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { acrossTenants, tenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { EmbeddedWarehouse, ReadableWarehouse } from '../../../features/warehouse/warehouse.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { openServedNight } from '../../../serving/published/open-published-night.ts';
import { publishNight } from '../../../serving/published/publish-night.ts';
import { readPublishedNight } from '../../../serving/published/published-night.ts';
import { sweepPublishedNights } from '../../../serving/published/sweep-published-nights.ts';
import { loadScoreSnapshot } from '../../../serving/read-model/score-snapshot.ts';
import { vocabularies } from '../../../serving/scores-mart/feature-words.ts';
import { readCurrentScores } from '../../../serving/scores-mart/read-current-scores.ts';
import { readScoreHistory } from '../../../serving/scores-mart/score-history.ts';
import { readSucceededRuns } from '../../../serving/scores-mart/succeeded-runs.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { day, tenant, writeSmallMarts } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const ids = ['acme', 'globex', 'initech', 'umbrella'];
let file: string;
let published: string;
let warehouse: EmbeddedWarehouse;
let minute: number;
let homes = 0;

beforeEach(async () => {
  const home = join(await folder.path(), `home-${++homes}`);
  file = join(home, 'warehouse.duckdb');
  published = join(home, 'published');
  minute = 0;
  warehouse = await openDuckDbWarehouse({ file });
  onTestFinished(() => warehouse.close());
  await writeSmallMarts(warehouse, {
    tenants: Object.fromEntries(ids.map((id, index) => [id, 30 + index])),
    asOfDates: ['2026-11-09', '2026-11-16'],
    years: ids,
  });
});

const clock = () => new Date(Date.UTC(2026, 10, 17, 3, minute++));

async function score(runId: string, options: { asOf?: string; tenants?: string[]; bias?: number } = {}) {
  return scoreNight({
    warehouse,
    registry: championsOf(linearModel({ bias: options.bias ?? 0 })),
    featureSet: smallFeatureSet,
    ...(options.asOf === undefined ? {} : { asOf: day(options.asOf) }),
    ...(options.tenants === undefined ? {} : { tenantIds: options.tenants.map(tenant) }),
    clock,
    runId,
    log: () => {},
  });
}

const publish = (runId: string) =>
  publishNight({ warehouse, folder: published, runId, nightsKept: 14, clock });

async function served() {
  const night = await openServedNight(published);
  if (night === null) throw new Error('no night is served');
  onTestFinished(() => night.close());
  return night;
}

async function currentOf(tenantId: string) {
  const night = await served();
  return readCurrentScores(tenantReader(night, tenant(tenantId)), vocabularies(night));
}

describe('a published night', () => {
  it('gives a service what the mart gives it', async () => {
    await score('first', { asOf: '2026-11-09' });
    await score('second');
    await publish('second');
    const files = await served();
    const runs = await readSucceededRuns(acrossTenants(warehouse, 'serving snapshot'));
    expect(await readSucceededRuns(acrossTenants(files, 'serving snapshot'))).toEqual(runs);
    for (const id of ids) {
      const [mart, night] = [tenantReader(warehouse, tenant(id)), tenantReader(files, tenant(id))];
      const ofTenant = runs.filter(({ tenantId }) => tenantId === id);
      expect(ofTenant.map(({ runId }) => runId)).toEqual(['first', 'second']);
      const current = await readCurrentScores(night, vocabularies(files));
      expect(current).toEqual(await readCurrentScores(mart, vocabularies(warehouse)));
      expect(current!.vocabulary).toEqual(vocabularyOf(smallFeatureSet));
      expect(await readScoreHistory(night, ofTenant)).toEqual(await readScoreHistory(mart, ofTenant));
    }
    const snapshots = [
      await loadScoreSnapshot(files, null, clock),
      await loadScoreSnapshot(warehouse, null, clock),
    ] as const;
    expect([...snapshots[0].keys()].sort()).toEqual(ids);
    for (const id of ids) {
      const [night, mart] = snapshots.map((snapshot) => snapshot.get(tenant(id))!.current);
      expect(night!.year!.of(3)!.weeksByKind.get('message')).toHaveLength(52);
      expect(night!.year!.digest).toBe(mart!.year!.digest);
      expect(night!.activityKinds.map(({ kind }) => kind)).toEqual(['message', 'export', 'report']);
      expect(night!.revision).toBe(mart!.revision);
    }
  });

  it('is read while the warehouse is held for writing', async () => {
    await score('first');
    await publish('first');
    // The lock of another process cannot be had in this one; that no warehouse file is needed shows the same.
    await warehouse.close();
    rmSync(file);
    const scores = await currentOf('acme');
    expect(scores?.rowCount).toBe(30);
    warehouse = await openDuckDbWarehouse({ file });
  });

  it('writes no score file again when nothing was scored since', async () => {
    await score('first');
    const first = await publish('first');
    const again = await publish('first');
    expect(again).toMatchObject({ filesWritten: 0, filesKept: first.filesWritten, rowCount: first.rowCount });
    expect(first.rowCount).toBe(30 + 31 + 32 + 33);
  });

  it('writes again only the group of a tenant that was scored again', async () => {
    await score('first');
    await publish('first');
    await score('second', { tenants: ['acme'], bias: 0.5 });
    // One of scores, and one of what its accounts did.
    expect(await publish('second')).toMatchObject({ filesWritten: 2 });
    const current = await currentOf('acme');
    expect(current?.run.runId).toBe('second');
    expect(await currentOf('globex')).toMatchObject({
      run: { runId: 'first' },
      rowCount: 31,
    });
  });

  it('keeps a year of activity of the night that each tenant is served, and of no other', async () => {
    await score('first', { asOf: '2026-11-09' });
    await publish('first');
    await score('second', { tenants: ['acme'] });
    await publish('second');
    const activity = readPublishedNight(published)!.activity;
    const days = activity.map(({ as_of_date, row_count }) => [as_of_date, row_count]);
    expect(days.filter(([asOf]) => asOf === '2026-11-16')).toEqual([['2026-11-16', 30]]);
    expect(days.reduce((rows, [, count]) => rows + Number(count), 0)).toBe(30 + 31 + 32 + 33);
    const snapshot = await loadScoreSnapshot(await served(), null, clock);
    for (const id of ids) expect(snapshot.get(tenant(id))!.current.year!.of(0)).not.toBeNull();
  });

  it('stays until the next is whole: a publication that fails leaves the night before', async () => {
    await score('first');
    await publish('first');
    await score('second', { bias: 0.5 });
    // The disk is full when the third file is written.
    let exports = 0;
    const full: ReadableWarehouse = {
      describe: (relation) => warehouse.describe(relation),
      read: (selection) => warehouse.read(selection),
      exportParquet: async (selection, target) => {
        if (++exports === 3) throw new Error('No space left on device');
        return warehouse.exportParquet(selection, target);
      },
      changeMark: async () => null,
      close: async () => {},
    };
    const publication = publishNight({
      warehouse: full,
      folder: published,
      runId: 'second',
      nightsKept: 14,
      clock,
    });
    await expect(publication).rejects.toThrow(/No space left/);
    const current = await currentOf('acme');
    expect(current?.run.runId).toBe('first');
  });

  it('says when a file of it is damaged or gone', async () => {
    await score('first');
    await publish('first');
    const night = readdirSync(join(published, 'files'))[0]!;
    rmSync(join(published, 'files', night, 'score-runs.parquet'));
    await expect(openServedNight(published)).rejects.toThrow(
      /score_runs.*cannot be read.*write the files again/s,
    );
  });

  it('of a program with other columns is not read', async () => {
    await score('first');
    const { night } = await publish('first');
    const manifest = join(published, 'nights', `${night}.json`);
    const other = readFileSync(manifest, 'utf8').replace(
      /"columns_hash": "\w+"/,
      `"columns_hash": "${'0'.repeat(64)}"`,
    );
    writeFileSync(manifest, other);
    expect(await openServedNight(published)).toBeNull();
    expect(await publish('first')).toMatchObject({ filesKept: 0 });
  });

  it('keeps fourteen nights and the files that they share, and sweeps the rest', async () => {
    await score('first');
    const { night: first } = await publish('first');
    writeFileSync(join(published, 'nights', 'killed.json.x.part'), 'half a manif');
    for (let again = 0; again < 15; again++) await publish('first');
    const manifests = readdirSync(join(published, 'nights'));
    expect(manifests).toHaveLength(14);
    expect(manifests.every((name) => name.endsWith('.json'))).toBe(true);
    // The first night's manifest is swept, and its score files are still the ones that all nights share.
    expect(existsSync(join(published, 'nights', `${first}.json`))).toBe(false);
    expect(
      readdirSync(join(published, 'files', first)).every((name) => /^(scores|activity)-/.test(name)),
    ).toBe(true);
    const current = await currentOf('umbrella');
    expect(current?.rowCount).toBe(33);
  });
});

it('publishes after the night before also where the clock was set back', async () => {
  await score('first');
  const { night } = await publish('first');
  minute = -600;
  await score('second', { bias: 1 });
  const later = await publish('second');
  expect(later.night > night).toBe(true);
  expect(later.night).toMatch(/^20261117T\d{9}Z-second$/);
  // Swept by the order of names, the older one goes first.
  sweepPublishedNights(published, 1);
  expect(readdirSync(join(published, 'nights'))).toEqual([`${later.night}.json`]);
});
