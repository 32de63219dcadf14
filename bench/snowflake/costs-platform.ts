import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { championSource } from '../../cli/jobs/champion-source.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import type { ColumnDefinition, TableDefinition, Warehouse } from '../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import { nightSteps } from '../../serving/scores-mart/night-steps.ts';
import { smallFeatureSet } from '../../test/serving/linear-model.ts';
import { writeSmallMarts } from '../../test/serving/small-marts.ts';
import { promoteSmallModel } from '../../test/serving/small-model.ts';

export const FIRST_NIGHT = '2026-06-22';
export const SECOND_NIGHT = '2026-06-29';

export interface PlatformSize {
  readonly tenants: number;
  readonly accounts: number;
}

/** @example tenantName(7) // 'tenant-00007' */
export function tenantName(at: number): string {
  return `tenant-${String(at).padStart(5, '0')}`;
}

/** Makes a database with marts of two as-of dates, of which the first is scored. */
export async function preparePlatform(file: string, { tenants, accounts }: PlatformSize): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file });
  const models = mkdtempSync(join(tmpdir(), 'churn-bench-models-'));
  try {
    const names = Array.from({ length: tenants }, (_, at) => tenantName(at));
    await writeSmallMarts(warehouse, {
      tenants: Object.fromEntries(names.map((name) => [name, accounts])),
      asOfDates: [FIRST_NIGHT, SECOND_NIGHT],
      churnDefinitions: Object.fromEntries(names.map((name) => [name, 'contractual'])),
    });
    await writeBuildReport(warehouse, names);
    await ensureRawTables(warehouse);
    await warehouse.ensureTable(nightSteps);
    const clock = () => new Date(`${FIRST_NIGHT}T04:00:00Z`);
    const registry = openLocalRegistry({ directory: models, clock });
    await promoteSmallModel(registry);
    await promoteSmallModel(registry, { name: 'small-operator', scope: { kind: 'operator' } });
    const { exitCode } = await scoreNight({
      warehouse,
      registry: championSource(registry, () => {}),
      featureSet: smallFeatureSet,
      asOf: FIRST_NIGHT as never,
      clock,
      runId: 'first-night',
      log: (line) => console.error(line),
    });
    if (exitCode !== 0) throw new Error('the first night failed');
  } finally {
    await warehouse.close();
    rmSync(models, { recursive: true, force: true });
  }
}

/** What the gates and the monitor read beside the features. */
async function writeBuildReport(warehouse: Warehouse, tenantIds: readonly string[]): Promise<void> {
  const text = (name: string): ColumnDefinition => ({ name, type: 'text', nullable: true });
  const count = (name: string): ColumnDefinition => ({ name, type: 'integer', nullable: true });
  const number = (name: string): ColumnDefinition => ({ name, type: 'number', nullable: true });
  const date = (name: string): ColumnDefinition => ({ name, type: 'date', nullable: true });
  const mart = (name: string, columns: readonly ColumnDefinition[]): TableDefinition => ({
    relation: { schema: 'analytics', name },
    keyColumns: ['tenant_id'],
    columns: [{ name: 'tenant_id', type: 'text', nullable: false }, ...columns],
  });
  const counts = mart('tenant_build_counts', [
    text('churn_definition'),
    ...`event_count account_version_count account_count subscription_version_count subscription_count ticket_version_count
        ticket_count as_of_date_count feature_row_count scorable_account_count`
      .split(/\s+/)
      .map(count),
    ...['first_as_of_date', 'last_as_of_date', 'last_event_date'].map(date),
  ]);
  const findings = mart('build_findings', [
    ...['finding', 'reason', 'severity', 'subject'].map(text),
    ...['row_count', 'total_count'].map(count),
    ...['share', 'quantity', 'refuse_above'].map(number),
    ...['first_date', 'last_date'].map(date),
  ]);
  const labels = mart('account_churn_labels', [
    text('account_id'),
    date('as_of_date'),
    ...['churned_30d', 'churned_60d', 'churned_90d'].map(
      (name): ColumnDefinition => ({ name, type: 'boolean', nullable: true }),
    ),
  ]);
  const rows = tenantIds.map((tenantId) =>
    Object.fromEntries(counts.columns.map(({ name }) => [name, name === 'tenant_id' ? tenantId : null])),
  );
  await warehouse.write([
    { mode: 'merge', table: counts, rows: rowSource(columnBatchOfRows(counts.columns, rows)) },
  ]);
  for (const table of [findings, labels]) await warehouse.ensureTable(table);
}
