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
import { featureWords } from '../scores-mart/feature-words.ts';
import { scoreRuns } from '../scores-mart/score-runs.ts';
import { readSucceededRuns, type SucceededRun } from '../scores-mart/succeeded-runs.ts';
import { TENANT_PROFILES } from '../scores-mart/tenant-profiles.ts';
import { openPublishedNight } from './open-published-night.ts';
import { manifestFile, type PublishedNight, pointerFile, readPublishedNight } from './published-night.ts';
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

  const before = heldFiles(folder);
  const scores: PublishedNight['scores'] = [];
  let filesWritten = 0;
  for (const part of partsOf(await readSucceededRuns(reader))) {
    const held = before.get(keyOf(part));
    const isHeld = held?.runs_hash === part.runs_hash && !part.tenantIds.some((id) => afresh.has(id));
    if (isHeld) scores.push(held);
    else {
      scores.push(await writePart(reader, folder, side, part));
      filesWritten += 1;
    }
  }
  const manifest: PublishedNight = {
    night,
    published_at: clock().toISOString(),
    columns_hash: columnsHash(),
    scores,
    score_runs: await writeRuns(reader, folder, side),
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
    filesKept: scores.length - filesWritten,
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
  { as_of_date, tenant_group, tenantIds, runs_hash }: Part,
): Promise<PublishedNight['scores'][number]> {
  const file = join(side, `scores-${as_of_date}-${tenant_group}.parquet`);
  const { rowCount } = await reader.exportParquet(
    {
      relation: accountChurnScores.relation,
      columns: accountChurnScores.columns.map(({ name }) => name),
      where: [
        { column: 'as_of_date', is: '=', value: as_of_date },
        { column: 'tenant_id', is: 'in', value: tenantIds },
      ],
      orderBy: ['tenant_id', 'risk_rank'],
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

function heldFiles(folder: string): ReadonlyMap<string, PublishedNight['scores'][number]> {
  const night = readPublishedNight(folder);
  if (night === null || night.columns_hash !== columnsHash()) return new Map();
  return new Map(night.scores.map((part) => [keyOf(part), part]));
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
