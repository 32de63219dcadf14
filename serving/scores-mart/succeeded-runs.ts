import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import type {
  CrossTenantReader,
  ReaderSelection,
  TenantReader,
} from '../../features/warehouse/tenant-warehouse.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { BATCH_MODEL_ALIAS, scoreRuns } from './score-runs.ts';

/** A run whose rows are in the mart. */
export interface SucceededRun {
  readonly tenantId: TenantId;
  readonly asOf: AsOfDate;
  readonly runId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly featureSetHash: string;
  readonly rowsRead: number;
  readonly finishedAt: Date;
}

/** Champion runs that succeeded, the current one of each tenant last: by as-of date, then by when they finished. */
export async function readSucceededRuns(reader: TenantReader | CrossTenantReader): Promise<SucceededRun[]> {
  const runs: SucceededRun[] = [];
  const selection: ReaderSelection = {
    relation: scoreRuns.relation,
    columns: [
      'tenant_id',
      'as_of_date',
      'run_id',
      'model_name',
      'model_version',
      'feature_set_hash',
      'rows_read',
      'finished_at',
    ],
    where: [
      { column: 'status', is: '=', value: 'succeeded' },
      { column: 'model_alias', is: '=', value: BATCH_MODEL_ALIAS },
    ],
    orderBy: ['as_of_date', 'finished_at', 'run_id'],
  };
  for await (const batch of reader.read(selection)) {
    const [tenantIds, runIds] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'run_id')];
    const [names, versions] = [textsOf(batch, 'model_name'), textsOf(batch, 'model_version')];
    const featureSetHashes = textsOf(batch, 'feature_set_hash');
    const [days, rowsRead] = [numbersOf(batch, 'as_of_date'), numbersOf(batch, 'rows_read')];
    const finished = numbersOf(batch, 'finished_at');
    for (let row = 0; row < batch.rowCount; row++)
      runs.push({
        tenantId: tenantIdSchema.parse(tenantIds[row]),
        asOf: fromEpochDay(days[row]!),
        runId: runIds[row]!,
        modelName: names[row]!,
        modelVersion: versions[row]!,
        featureSetHash: featureSetHashes[row]!,
        rowsRead: rowsRead[row]!,
        finishedAt: new Date(finished[row]!),
      });
  }
  return runs;
}

/** The runs of each tenant, in the order given. */
export function runsByTenant(runs: readonly SucceededRun[]): ReadonlyMap<TenantId, readonly SucceededRun[]> {
  const byTenant = new Map<TenantId, SucceededRun[]>();
  for (const run of runs) {
    const ofTenant = byTenant.get(run.tenantId);
    if (ofTenant === undefined) byTenant.set(run.tenantId, [run]);
    else ofTenant.push(run);
  }
  return byTenant;
}
