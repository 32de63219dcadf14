import { type AsOfDate, addDays, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import type {
  CrossTenantReader,
  ReaderSelection,
  TenantReader,
} from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter } from '../../features/warehouse/warehouse.ts';
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

const SUCCEEDED: readonly KeyFilter[] = [
  { column: 'status', is: '=', value: 'succeeded' },
  { column: 'model_alias', is: '=', value: BATCH_MODEL_ALIAS },
];

/** A tenant whose last run is older is behind the others: its runs are read by its name, whatever their dates. */
const DAYS_BEHIND = 30;
/** Values of one `in` filter. */
const TENANTS_AT_ONCE = 1_000;

/**
 * The runs of every tenant's last `days` days, ordered as by `readSucceededRuns`: nights of years are not read for those of
 * half a year. Older ones may be among them.
 */
export async function readRecentRuns(reader: CrossTenantReader, days: number): Promise<SucceededRun[]> {
  const dates: AsOfDate[] = [];
  const relation = scoreRuns.relation;
  const selection = { relation, columns: ['as_of_date'], where: SUCCEEDED, distinct: true };
  for await (const batch of reader.read(selection))
    for (const epochDay of numbersOf(batch, 'as_of_date')) dates.push(fromEpochDay(epochDay));
  const [oldest, newest] = [dates.sort()[0], dates.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const since = addDays(newest, -days - DAYS_BEHIND);
  if (oldest >= since) return readSucceededRuns(reader);
  return readRunsSince(
    reader,
    since,
    await readScoredTenants(reader),
    ({ asOf }) => asOf >= addDays(newest, -DAYS_BEHIND),
  );
}

/**
 * Runs from a day on; of those of the tenants that have no wanted one among them, all runs. Each tenant's are ordered as by
 * `readSucceededRuns`.
 */
export async function readRunsSince(
  reader: CrossTenantReader,
  since: AsOfDate,
  tenantIds: readonly TenantId[],
  isWanted: (run: SucceededRun) => boolean,
): Promise<SucceededRun[]> {
  const recent = await readSucceededRuns(reader, [{ column: 'as_of_date', is: '>=', value: since }]);
  const found = new Set(recent.filter(isWanted).map(({ tenantId }) => tenantId));
  const behind = tenantIds.filter((tenantId) => !found.has(tenantId));
  const isBehind = new Set(behind);
  const runs = recent.filter(({ tenantId }) => !isBehind.has(tenantId));
  for (let at = 0; at < behind.length; at += TENANTS_AT_ONCE)
    runs.push(
      ...(await readSucceededRuns(reader, [
        { column: 'tenant_id', is: 'in', value: behind.slice(at, at + TENANTS_AT_ONCE) },
      ])),
    );
  return runs;
}

/** Every tenant that was ever scored. */
export async function readScoredTenants(reader: CrossTenantReader): Promise<TenantId[]> {
  const found: TenantId[] = [];
  const selection = {
    relation: scoreRuns.relation,
    columns: ['tenant_id'],
    where: SUCCEEDED,
    distinct: true,
  };
  for await (const batch of reader.read(selection))
    for (const tenantId of textsOf(batch, 'tenant_id')) found.push(tenantIdSchema.parse(tenantId));
  return found;
}

/**
 * Champion runs that succeeded, the current one of each tenant last: by as-of date, then by when they finished.
 *
 * @param more Further key filters
 */
export async function readSucceededRuns(
  reader: TenantReader | CrossTenantReader,
  more: readonly KeyFilter[] = [],
): Promise<SucceededRun[]> {
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
    where: [...SUCCEEDED, ...more],
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
