import { execFile } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AsOfDate, addDays, asOfDateSchema, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type Cell, columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { featureWords, vocabularies } from '../../serving/scores-mart/feature-words.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { tellDrivers } from '../../serving/scores-mart/tell-drivers.ts';

const churn = join(import.meta.dirname, '..', '..', 'cli', 'churn.mjs');
const AS_OF: AsOfDate = asOfDateSchema.parse('2026-11-16');
const WEEKS = 8;
const MODEL = 'churn-tenants';

const accountProfiles: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_profiles' },
  keyColumns: ['tenant_id', 'account_id'],
  columns: ['tenant_id', 'account_id', 'name', 'segment', 'region', 'owner'].map((name) => ({
    name,
    type: 'text',
    nullable: !name.endsWith('_id'),
  })),
};

/** The drivers of each account in words, for the peer: putting codes into words is no part of what is compared. */
const toldDrivers: TableDefinition = {
  relation: { schema: 'bench', name: 'told_drivers' },
  keyColumns: ['tenant_id', 'account_id'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'drivers', type: 'json', nullable: false },
  ],
};

export interface Size {
  readonly tenants: number;
  readonly accounts: number;
}

export interface Platform {
  /** A small simulated world with marts, scored by the models that it trained. */
  readonly world: string;
  /** Its accounts over and over, spread evenly over many tenants, with the same models. */
  readonly served: string;
  readonly tenantIds: readonly string[];
}

/** Made once and kept in `folder`. */
export async function preparePlatform(folder: string, size: Size): Promise<Platform> {
  const world = join(folder, 'world');
  if (!(await isUsable(world))) {
    rmSync(folder, { recursive: true, force: true });
    await run(world, ['demo', '--tenants', '40', '--months', '18']);
  }
  const served = join(folder, `served-${size.tenants}-${size.accounts}`);
  const tenantIds = Array.from({ length: size.tenants }, (_, at) => `tenant-${String(at).padStart(4, '0')}`);
  if (!existsSync(served)) {
    const partial = `${served}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    cpSync(join(world, 'models'), join(partial, 'models'), { recursive: true });
    await multiply(
      join(world, 'warehouse.duckdb'),
      join(partial, 'warehouse.duckdb'),
      tenantIds,
      size.accounts,
    );
    renameSync(partial, served);
  }
  return { world, served, tenantIds };
}

/** The same accounts with a logistic model, which scikit-learn has too. @returns the home that is served */
export async function prepareLogistic({ world, served }: Platform): Promise<string> {
  const servedLogistic = `${served}-logistic`;
  if (!existsSync(servedLogistic)) {
    const partial = `${servedLogistic}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    // Trains on the world's marts; then the home's warehouse becomes the one that is served.
    linkSync(join(world, 'warehouse.duckdb'), join(partial, 'warehouse.duckdb'));
    await run(partial, ['train', '--model', 'logistic', '--scope', 'tenants']);
    rmSync(join(partial, 'warehouse.duckdb'));
    linkSync(join(served, 'warehouse.duckdb'), join(partial, 'warehouse.duckdb'));
    renameSync(partial, servedLogistic);
  }
  return servedLogistic;
}

async function run(home: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [churn, ...args], {
    env: { PATH: process.env.PATH, CHURN_HOME: home },
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Whether this version of the program can serve what an earlier one has left. */
async function isUsable(world: string): Promise<boolean> {
  const registry = openLocalRegistry({ directory: join(world, 'models'), clock: () => new Date() });
  return registry.load(MODEL, 'champion').then(
    () => true,
    () => false,
  );
}

async function multiply(
  from: string,
  to: string,
  tenantIds: readonly string[],
  accounts: number,
): Promise<void> {
  const source = await openDuckDbWarehouse({ file: from, readOnly: true });
  const scored = (await rowsOf(source, 'scores', 'account_churn_scores')).filter(
    (row) => row.model_name === MODEL,
  );
  const profiles = new Map(
    (await rowsOf(source, 'analytics', 'account_profiles')).map((row) => [row.account_id, row]),
  );
  const words = await rowsOf(source, 'scores', 'feature_words');
  const featureSetHash = String(words[0]!.feature_set_hash);
  const vocabulary = await vocabularies(source)(featureSetHash);
  await source.close();

  const target = await openDuckDbWarehouse({ file: to });
  const perTenant = Math.floor(accounts / tenantIds.length);
  const startedAt = Date.parse('2026-11-16T03:00:00Z');
  for (let week = WEEKS - 1; week >= 0; week--) {
    const asOf = addDays(AS_OF, -7 * week);
    const scoreRows: Record<string, Cell>[] = [];
    const profileRows: Record<string, Cell>[] = [];
    const runRows: Record<string, Cell>[] = [];
    const toldRows: Record<string, Cell>[] = [];
    tenantIds.forEach((tenantId, tenant) => {
      const drawn = Array.from(
        { length: perTenant },
        (_, at) => scored[(tenant * 7919 + at * 31) % scored.length]!,
      ).sort((a, b) => Number(b.churn_probability_90d) - Number(a.churn_probability_90d));
      drawn.forEach((row, at) => {
        const accountId = `acc-${String(tenant * perTenant + at).padStart(6, '0')}`;
        scoreRows.push({
          ...row,
          tenant_id: tenantId,
          account_id: accountId,
          as_of_date: toEpochDay(asOf),
          risk_rank: at + 1,
          // The past is read for its probabilities only.
          drivers: week === 0 ? row.drivers! : '[]',
          change_drivers: week === 0 ? row.change_drivers! : '[]',
          run_id: `run-${asOf}`,
        });
        if (week > 0) return;
        const profile = profiles.get(row.account_id!)!;
        profileRows.push({ ...profile, tenant_id: tenantId, account_id: accountId });
        const told = JSON.stringify(tellDrivers(String(row.drivers), vocabulary, 'score'));
        toldRows.push({ tenant_id: tenantId, account_id: accountId, drivers: told });
      });
      runRows.push({
        run_id: `run-${asOf}`,
        tenant_id: tenantId,
        as_of_date: toEpochDay(asOf),
        model_name: MODEL,
        model_version: String(scored[0]!.model_version),
        model_alias: 'champion',
        feature_set_hash: featureSetHash,
        status: 'succeeded',
        rows_read: perTenant,
        rows_scored: perTenant,
        gate_results: '[]',
        timings: '{}',
        started_at: startedAt,
        finished_at: startedAt,
      });
    });
    const append = (table: TableDefinition, rows: readonly Record<string, Cell>[]) =>
      ({ mode: 'append', table, rows: { batches: blocksOf(table, rows) } }) as const;
    await target.write([
      append(accountChurnScores, scoreRows),
      append(scoreRuns, runRows),
      ...(week === 0
        ? [append(accountProfiles, profileRows), append(toldDrivers, toldRows), append(featureWords, words)]
        : []),
    ]);
  }
  await target.close();
}

async function* blocksOf(table: TableDefinition, rows: readonly Record<string, Cell>[]) {
  for (let from = 0; from < rows.length; from += 20_000)
    yield columnBatchOfRows(table.columns, rows.slice(from, from + 20_000));
}

async function rowsOf(warehouse: Warehouse, schema: string, name: string): Promise<Record<string, Cell>[]> {
  const relation = { schema, name };
  const columns = (await warehouse.describe(relation)).map((column) => column.name);
  const rows: Record<string, Cell>[] = [];
  for await (const batch of warehouse.read({ relation, columns, where: [] }))
    for (let row = 0; row < batch.rowCount; row++)
      rows.push(
        Object.fromEntries(
          columns.map((column) => {
            const value = batch.columns.get(column)!.values[row]!;
            return [column, Number.isNaN(value) ? null : value];
          }),
        ),
      );
  return rows;
}
