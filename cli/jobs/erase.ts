import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { BadInput } from '../../features/contract/failure.ts';
import {
  type Erasure,
  type Found,
  ownersOf,
  readErasures,
  recordErasure,
} from '../../features/erasure/erasure-record.ts';
import {
  type OwnedTables,
  ownedTables,
  rowsByTable,
  tablesNaming,
} from '../../features/erasure/owned-tables.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { erasures, quarantinedRows } from '../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import { eraseSnapshots, snapshotsHolding } from '../../features/snapshot/erase-snapshots.ts';
import {
  type EmbeddedWarehouse,
  isEmbedded,
  type Relation,
  type RowOwner,
  relationName,
  type Warehouse,
} from '../../features/warehouse/warehouse.ts';
import { publishNight } from '../../serving/published/publish-night.ts';
import { pointerFile } from '../../serving/published/published-night.ts';
import { alertOutbox } from '../../serving/scores-mart/alert-outbox.ts';
import { buildRuns } from '../../serving/scores-mart/build-runs.ts';
import { ensureScoresMart, SCORES_TABLES } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { recordErasureRun } from '../../serving/scores-mart/erasure-runs.ts';
import { importRuns } from '../../serving/scores-mart/import-runs.ts';

const ACCOUNT_FEATURES: Relation = { schema: 'analytics', name: 'account_features' };
const TENANT_SCHEMAS: Relation = { schema: 'raw', name: 'tenant_schemas' };

const MAY_NAME_ACCOUNTS = [
  { relation: quarantinedRows.relation, column: 'row' },
  { relation: buildRuns.relation, column: 'findings' },
  { relation: importRuns.relation, column: 'error' },
  { relation: alertOutbox.relation, column: 'text' },
];

/** Where an erasure works. */
export interface EraseContext {
  readonly warehouse: Warehouse;
  readonly snapshotsDirectory: string;
  readonly publishedDirectory: string;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

/** What an erasure would do, or go on with. */
export interface ErasePlan {
  readonly target: RowOwner;
  readonly owned: readonly { readonly owner: RowOwner; readonly tables: OwnedTables['tables'] }[];
  readonly found: Found;
  /** An erasure of the same that was requested and has not ended. */
  readonly unfinished: Erasure | undefined;
  /** The last erasure of the same that ended. */
  readonly earlier: Erasure | undefined;
  /** Places that hold rows which this command cannot tell apart, one sentence each. */
  readonly notReached: readonly string[];
}

/** Looks for an account's rows, or a tenant's. Changes nothing but that absent tables are made. */
export async function planErasure(
  { warehouse, snapshotsDirectory }: EraseContext,
  target: RowOwner,
): Promise<ErasePlan> {
  await ensureErasureTables(warehouse);
  const scores = SCORES_TABLES.map(({ relation }) => relation);
  const owned: { owner: RowOwner; tables: OwnedTables['tables'] }[] = [];
  const notReached = new Set<string>();
  for (const owner of ownersOf(target)) {
    const { tables, unreadable } = await ownedTables(warehouse, owner, scores);
    owned.push({ owner, tables });
    if (owner.accountId !== null) {
      const naming = await tablesNaming(warehouse, owner, MAY_NAME_ACCOUNTS);
      if (naming.length > 0) owned.push({ owner: { ...owner, accountId: null }, tables: naming });
    }
    for (const relation of unreadable)
      notReached.add(
        `${relationName(relation)} holds records that do not say whose they are in a column: delete them where they come from`,
      );
  }
  if ((await warehouse.describe(TENANT_SCHEMAS)).length > 0)
    notReached.add(`${relationName(TENANT_SCHEMAS)} names schemas of tenants: delete the rows there`);
  const before = await readErasures(warehouse, target);
  return {
    target,
    owned,
    found: {
      rows: sumByTable(owned.map(({ tables }) => rowsByTable(tables))),
      snapshots: [...(await snapshotsHolding(snapshotsDirectory, ownersOf(target)))],
    },
    unfinished: before.findLast(({ finishedAt }) => finishedAt === null),
    earlier: before.findLast(({ finishedAt }) => finishedAt !== null),
    notReached: [...notReached],
  };
}

export function isNothing({ found, unfinished }: ErasePlan): boolean {
  return unfinished === undefined && Object.keys(found.rows).length === 0 && found.snapshots.length === 0;
}

/** @throws BadInput for an account or a tenant of which nothing is and was there */
export function checkKnown(plan: ErasePlan): void {
  if (!isNothing(plan) || plan.earlier !== undefined) return;
  const { tenantId, accountId } = plan.target;
  throw new BadInput({
    where: accountId === null ? `tenant ${tenantId}` : `account ${accountId} of tenant ${tenantId}`,
    what: 'nothing is stored of it',
    remedy: 'check the spelling; ids are compared letter by letter',
  });
}

/**
 * Erases what was planned. It is recorded as requested first, which keeps it out of every later build, and as done last.
 * Every step may be done twice, so that running it again after a crash finishes it.
 */
export async function erase(
  context: EraseContext,
  plan: ErasePlan,
  asked: { readonly reason: string; readonly requestedBy: string },
): Promise<Erasure> {
  const { warehouse, snapshotsDirectory, clock, log } = context;
  const requested: Erasure = {
    ...(plan.unfinished ?? {
      erasureId: randomUUID(),
      target: plan.target,
      ...asked,
      requestedAt: clock(),
      finishedAt: null,
    }),
    found: united(plan.unfinished?.found, plan.found),
  };
  await warehouse.write([recordErasure(requested)]);
  for (const { owner, tables } of plan.owned)
    await warehouse.deleteRowsOf(
      owner,
      tables.map(({ relation }) => relation),
    );
  const tenantIds = new Set(plan.owned.map(({ owner }) => owner.tenantId));
  for (const tenantId of tenantIds) await recordErasureRun(warehouse, tenantId, requested.erasureId, clock);
  eraseSnapshots(snapshotsDirectory, plan.found.snapshots, {
    erasure_id: requested.erasureId,
    erased_at: clock().toISOString(),
  });
  if (isEmbedded(warehouse)) {
    await rebuild(warehouse, log);
    await publishAfresh({ ...context, warehouse }, requested.erasureId, tenantIds);
  }
  const done: Erasure = { ...requested, finishedAt: clock() };
  await warehouse.write([recordErasure(done)]);
  return done;
}

/** Sums that hold the erased rows, such as the operator's, are made anew without them. */
async function rebuild(warehouse: EmbeddedWarehouse, log: (line: string) => void): Promise<void> {
  if ((await warehouse.describe(ACCOUNT_FEATURES)).length === 0) return;
  log('building the marts anew without the erased rows');
  await buildMarts(warehouse, { full: true });
}

/** Nights published before hold the erased rows, so they can no longer be gone back to. */
async function publishAfresh(
  { warehouse, publishedDirectory, clock }: EraseContext,
  erasureId: string,
  tenantIds: ReadonlySet<RowOwner['tenantId']>,
): Promise<void> {
  if (!existsSync(pointerFile(publishedDirectory))) return;
  await publishNight({
    warehouse,
    folder: publishedDirectory,
    runId: `erasure-${erasureId}`,
    clock,
    nightsKept: 1,
    afresh: tenantIds,
  });
}

/** Embedded, the marts are built anew and read every table. Elsewhere raw tables are not this program's to make. */
async function ensureErasureTables(warehouse: Warehouse): Promise<void> {
  await warehouse.ensureTable(erasures);
  if (!isEmbedded(warehouse)) return;
  await ensureRawTables(warehouse);
  await ensureScoresMart(warehouse);
}

function sumByTable(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [table, rows] of counts.flatMap((count) => Object.entries(count)))
    sum[table] = (sum[table] ?? 0) + rows;
  return sum;
}

/** What a stopped attempt found is gone or still there; what is found now may be less or, of rows that came since, more. */
function united(before: Found | undefined, now: Found): Found {
  const rows = { ...before?.rows };
  for (const [table, count] of Object.entries(now.rows)) rows[table] = Math.max(rows[table] ?? 0, count);
  return { rows, snapshots: [...new Set([...(before?.snapshots ?? []), ...now.snapshots])] };
}
