import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { OperationFailed } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { acrossTenants, type CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse, Relation } from '../../features/warehouse/warehouse.ts';
import { syncDirectory, writeFileAtomically } from '../../models/registry/atomic-write.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { ACCOUNT_PROFILES } from '../scores-mart/account-profiles.ts';
import { EVERY_TENANT } from '../scores-mart/build-runs.ts';
import { featureWords } from '../scores-mart/feature-words.ts';
import { monitoringFigures } from '../scores-mart/monitoring-figures.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, runsByTenant, type SucceededRun } from '../scores-mart/succeeded-runs.ts';
import { readMonitoringRuns } from '../scores-mart/tenant-monitoring.ts';
import { TENANT_PROFILES } from '../scores-mart/tenant-profiles.ts';
import { ACCOUNT_WEEKLY_ACTIVITY, ACTIVITY_KINDS } from '../scores-mart/year-of-activity.ts';
import { openPublishedNight } from './open-published-night.ts';
import {
  manifestFile,
  type PublishedNight,
  type PublishedPart,
  pointerFile,
  readPublishedNight,
} from './published-night.ts';
import { columnsHash, sha256, tenantGroup } from './published-tables.ts';
import { sweepPublishedNights } from './sweep-published-nights.ts';

export interface PublishOptions {
  /** Must not be written meanwhile: whoever publishes holds it. */
  readonly warehouse: ReadableWarehouse;
  readonly folder: string;
  readonly runId: string;
  readonly clock: () => Date;
  /** Nights that stay readable, this one among them. */
  readonly nightsKept: number;
  /** Tenants whose files are written again although no run is new, e.g. after an erasure. */
  readonly afresh?: ReadonlySet<TenantId>;
}

export interface Publication {
  readonly night: string;
  readonly filesWritten: number;
  readonly filesKept: number;
  /** Score rows that services now see, history among them. */
  readonly rowCount: number;
}

/**
 * Publishes what the scores mart holds for services to read: files of the days and tenant groups that are new, then a
 * manifest, then the pointer. Killed at any moment, services see the night before. Published again without news,
 * no score file is written.
 *
 * @throws OperationFailed for a disk that cannot take it
 */
export async function publishNight(options: PublishOptions): Promise<Publication> {
  const { warehouse, folder, runId, clock, nightsKept, afresh = new Set() } = options;
  const reader = acrossTenants(warehouse, 'publishing');
  const night = `${placeAfter(readPublishedNight(folder), clock())}-${runId}`;
  const side = join('files', night);
  mkdirSync(join(folder, side), { recursive: true });
  mkdirSync(join(folder, 'nights'), { recursive: true });

  const before = heldNight(folder);
  const runs = await readSucceededRuns(reader);
  let filesWritten = 0;
  const written = async (table: PartTable, parts: readonly Part[], heldParts: readonly PublishedPart[]) => {
    const heldByKey = new Map(heldParts.map((part) => [keyOf(part), part]));
    const all: PublishedPart[] = [];
    for (const part of parts) {
      const held = heldByKey.get(keyOf(part));
      const isHeld = held?.runs_hash === part.runs_hash && !part.tenantIds.some((id) => afresh.has(id));
      if (!isHeld) filesWritten += 1;
      all.push(isHeld ? held : await writePart(reader, folder, side, table, part));
    }
    return all;
  };
  const scores = await written(SCORES, partsOf(runs), before?.scores ?? []);
  const activities = await activityTable(warehouse);
  const currentRuns = [...runsByTenant(runs).values()].map((ofTenant) => ofTenant.at(-1)!);
  const activity =
    activities === null
      ? []
      : await written(
          activities,
          partsOf(currentRuns),
          // A file without rows was written before the marts had any.
          before?.activity.filter(({ row_count }) => row_count > 0) ?? [],
        );
  const manifest: PublishedNight = {
    night,
    published_at: clock().toISOString(),
    columns_hash: columnsHash(),
    scores,
    activity,
    score_runs: await writeRuns(reader, folder, side),
    monitoring: await writeMonitoring(options, side),
    activity_kinds: await writeTable(options, side, ACTIVITY_KINDS, ['activity_kind']),
    feature_words: await writeTable(options, side, featureWords.relation, ['feature_set_hash', 'feature']),
    account_profiles: await writeTable(options, side, ACCOUNT_PROFILES, ['tenant_id', 'account_id']),
    tenant_profiles: await writeTable(options, side, TENANT_PROFILES, ['tenant_id']),
  };
  await verify(folder, manifest);
  await syncDirectory(join(folder, side));
  await writeFileAtomically(manifestFile(folder, night), json(manifest));
  await writeFileAtomically(pointerFile(folder), json({ night }));
  sweepPublishedNights(folder, nightsKept);
  return {
    night,
    filesWritten,
    filesKept: scores.length + activity.length - filesWritten,
    rowCount: scores.reduce((rows, { row_count }) => rows + row_count, 0),
  };
}

/** The order of names is the order of publishing, also where the clock was set back since. @example '20261126T013000000Z' */
function placeAfter(published: PublishedNight | null, now: Date): string {
  const inDigits = (time: Date) => time.toISOString().replace(/[-:.]/g, '');
  const [before] = published?.night.split('-', 1) ?? [];
  if (before === undefined || inDigits(now) > before) return inDigits(now);
  const written = before.replace(/^(....)(..)(..T..)(..)(..)(...Z)$/, '$1-$2-$3:$4:$5.$6');
  return inDigits(new Date(new Date(written).getTime() + 1));
}

/** The rows of one file: one day of one group of tenants. */
interface Part {
  readonly as_of_date: AsOfDate;
  readonly tenant_group: string;
  readonly tenantIds: readonly TenantId[];
  readonly runs_hash: string;
}

/** A table that is published part by part. */
interface PartTable {
  /** What its files begin with. */
  readonly name: string;
  readonly relation: Relation;
  readonly columns: readonly string[];
  readonly orderBy: readonly string[];
}

const SCORES: PartTable = {
  name: 'scores',
  relation: accountChurnScores.relation,
  columns: accountChurnScores.columns.map(({ name }) => name),
  orderBy: ['tenant_id', 'risk_rank'],
};

/** Null where the marts have no such table. */
async function activityTable(warehouse: ReadableWarehouse): Promise<PartTable | null> {
  const columns = (await warehouse.describe(ACCOUNT_WEEKLY_ACTIVITY)).map(({ name }) => name);
  if (columns.length === 0) return null;
  const orderBy = ['tenant_id', 'account_id'];
  return { name: 'activity', relation: ACCOUNT_WEEKLY_ACTIVITY, columns, orderBy };
}

function partsOf(runs: readonly SucceededRun[]): Part[] {
  const groups = new Map<string, SucceededRun[]>();
  for (const run of runs) {
    const key = keyOfRun(run);
    const ofGroup = groups.get(key);
    if (ofGroup === undefined) groups.set(key, [run]);
    else ofGroup.push(run);
  }
  return [...groups.values()].map((ofGroup) => ({
    as_of_date: ofGroup[0]!.asOf,
    tenant_group: tenantGroup(ofGroup[0]!.tenantId),
    tenantIds: [...new Set(ofGroup.map(({ tenantId }) => tenantId))].sort(),
    runs_hash: sha256(ofGroup.map(({ tenantId, runId }) => `${tenantId} ${runId}`).sort()),
  }));
}

async function writePart(
  reader: CrossTenantReader,
  folder: string,
  side: string,
  { name, relation, columns, orderBy }: PartTable,
  { as_of_date, tenant_group, tenantIds, runs_hash }: Part,
): Promise<PublishedPart> {
  const file = join(side, `${name}-${as_of_date}-${tenant_group}.parquet`);
  const { rowCount } = await reader.exportParquet(
    {
      relation,
      columns,
      where: [
        { column: 'as_of_date', is: '=', value: as_of_date },
        { column: 'tenant_id', is: 'in', value: tenantIds },
      ],
      orderBy,
    },
    join(folder, file),
  );
  return { as_of_date, tenant_group, runs_hash, file, row_count: rowCount };
}

async function writeRuns(reader: CrossTenantReader, folder: string, side: string): Promise<string> {
  const file = join(side, 'score-runs.parquet');
  await reader.exportParquet(
    {
      relation: scoreRuns.relation,
      columns: scoreRuns.columns.map(({ name }) => name),
      // What did not succeed has no scores, and says how the last night went.
      where: [{ column: 'status', is: 'in', value: ['succeeded', 'failed', 'refused'] }],
      orderBy: ['tenant_id', 'as_of_date'],
    },
    join(folder, file),
  );
  return file;
}

/** What the newest run of `churn monitor` says about each tenant; null where there was none. */
async function writeMonitoring(
  { warehouse, folder }: Pick<PublishOptions, 'warehouse' | 'folder'>,
  side: string,
): Promise<string | null> {
  const { relation, columns } = monitoringFigures;
  if ((await warehouse.describe(relation)).length === 0) return null;
  const reader = acrossTenants(warehouse, 'publishing');
  const runIds = [...(await readMonitoringRuns(reader)).values()].map(({ runId }) => runId);
  if (runIds.length === 0) return null;
  const file = join(side, 'monitoring.parquet');
  await reader.exportParquet(
    {
      relation,
      columns: columns.map(({ name }) => name),
      where: [
        { column: 'run_id', is: 'in', value: [...new Set(runIds)] },
        { column: 'tenant_id', is: '!=', value: EVERY_TENANT },
      ],
      orderBy: ['tenant_id', 'run_id', 'subject'],
    },
    join(folder, file),
  );
  return file;
}

/** A whole table as one file; null where the warehouse has none. */
async function writeTable(
  { warehouse, folder }: Pick<PublishOptions, 'warehouse' | 'folder'>,
  side: string,
  relation: Relation,
  orderBy: readonly string[],
): Promise<string | null> {
  const columns = (await warehouse.describe(relation)).map(({ name }) => name);
  if (columns.length === 0) return null;
  const file = join(side, `${relation.name.replaceAll('_', '-')}.parquet`);
  const reader = acrossTenants(warehouse, 'publishing');
  await reader.exportParquet({ relation, columns, orderBy }, join(folder, file));
  return file;
}

/** Reads back what was written before anybody is pointed to it. */
async function verify(folder: string, manifest: PublishedNight): Promise<void> {
  const published = await openPublishedNight(folder, manifest);
  try {
    const runs = await readSucceededRuns(acrossTenants(published, 'publishing'));
    const days = new Set(manifest.scores.map(keyOf));
    const missing = runs.find((run) => !days.has(keyOfRun(run)));
    if (missing !== undefined)
      throw new OperationFailed({
        where: folder,
        what: `the run ${missing.runId} has no file for ${missing.asOf}`,
        remedy: 'nothing was published; score again',
      });
  } finally {
    await published.close();
  }
}

/** The night whose files may still hold; null where none was published, or one with other columns. */
function heldNight(folder: string): PublishedNight | null {
  const night = readPublishedNight(folder);
  return night === null || night.columns_hash !== columnsHash() ? null : night;
}

function keyOf({ as_of_date, tenant_group }: Pick<Part, 'as_of_date' | 'tenant_group'>): string {
  return `${as_of_date} ${tenant_group}`;
}

function keyOfRun({ asOf, tenantId }: SucceededRun): string {
  return keyOf({ as_of_date: asOf, tenant_group: tenantGroup(tenantId) });
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}
