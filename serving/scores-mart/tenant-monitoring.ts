import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { rowsByTenant, type TenantRows } from '../../features/warehouse/tenant-rows.ts';
import type { CrossTenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { EVERY_TENANT } from './build-runs.ts';
import { numbersOf, textsOf } from './column-values.ts';
import { known } from './known.ts';
import { monitoringFigures, SCORES_SUBJECT } from './monitoring-figures.ts';

/** A run of `churn monitor` that measured a tenant's model. */
export interface MonitoringRun {
  readonly runId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly asOf: AsOfDate;
  readonly measuredAt: Date;
}

/** How far one distribution has moved since training. */
export interface DriftFigure {
  readonly subject: string;
  /** Population stability index; 0 for the same distribution. */
  readonly psi: number;
  /** What equal distributions do not exceed but for chance. */
  readonly limit: number;
  /** Beyond chance, and far enough to matter. */
  readonly isFlagged: boolean;
}

/** What the newest run says about one tenant, and about no other. */
export interface TenantMonitoring extends MonitoringRun {
  /** Features that were compared. */
  readonly compared: number;
  readonly flagged: number;
  /** The features that moved most, flagged ones first. */
  readonly features: readonly DriftFigure[];
  /** Of the scores themselves, since the version's first night; null where there is one night only. */
  readonly scores: DriftFigure | null;
  /** Churned to forecast among scores whose outcome is known, with its 99 % interval; null where none is. */
  readonly outcome: {
    readonly ratio: number;
    readonly low: number | null;
    readonly high: number | null;
    readonly rows: number;
    readonly isMiscalibrated: boolean;
  } | null;
}

/** Features that are kept by name. */
const MOST_FEATURES = 8;

/** The newest run of each tenant: by the day that it answers for, then by when it was made. None where nothing was monitored. */
export async function readMonitoringRuns(
  reader: CrossTenantReader,
): Promise<ReadonlyMap<TenantId, MonitoringRun>> {
  const newest = new Map<TenantId, MonitoringRun>();
  const rows = reader.read({
    relation: monitoringFigures.relation,
    columns: ['tenant_id', 'run_id', 'model_name', 'model_version', 'as_of_date', 'measured_at'],
    where: [{ column: 'tenant_id', is: '!=', value: EVERY_TENANT }],
    orderBy: ['as_of_date', 'measured_at'],
    distinct: true,
  });
  for await (const batch of rows) {
    const [tenantIds, runIds] = [textsOf(batch, 'tenant_id'), textsOf(batch, 'run_id')];
    const [names, versions] = [textsOf(batch, 'model_name'), textsOf(batch, 'model_version')];
    const [days, measured] = [numbersOf(batch, 'as_of_date'), numbersOf(batch, 'measured_at')];
    for (let row = 0; row < batch.rowCount; row++)
      newest.set(tenantIdSchema.parse(tenantIds[row]), {
        runId: runIds[row]!,
        modelName: names[row]!,
        modelVersion: versions[row]!,
        asOf: fromEpochDay(days[row]!),
        measuredAt: new Date(measured[row]!),
      });
  }
  return newest;
}

/** What each tenant's run says about it, with one statement however many they are. */
export async function readMonitoring(
  reader: CrossTenantReader,
  runs: ReadonlyMap<TenantId, MonitoringRun>,
): Promise<ReadonlyMap<TenantId, TenantMonitoring>> {
  const found = new Map<TenantId, TenantMonitoring>();
  if (runs.size === 0) return found;
  const rowsOfEach = rowsByTenant(reader, {
    relation: monitoringFigures.relation,
    columns: [
      'run_id',
      'model_name',
      'part',
      'subject',
      'metric_value',
      'low',
      'high',
      'flag_limit',
      'is_flagged',
      'observed_rows',
    ],
    where: [
      { column: 'run_id', is: 'in', value: [...new Set([...runs.values()].map(({ runId }) => runId))] },
      { column: 'part', is: 'in', value: ['drift', 'reliability'] },
      { column: 'tenant_id', is: '!=', value: EVERY_TENANT },
    ],
    orderBy: ['subject'],
  });
  for await (const rows of rowsOfEach) {
    const run = runs.get(rows.tenantId);
    if (run !== undefined) found.set(rows.tenantId, await tenantMonitoring(rows, run));
  }
  return found;
}

async function tenantMonitoring(rows: TenantRows, run: MonitoringRun): Promise<TenantMonitoring> {
  const drift: DriftFigure[] = [];
  let outcome: TenantMonitoring['outcome'] = null;
  for await (const batch of rows.batches()) {
    const [runIds, names] = [textsOf(batch, 'run_id'), textsOf(batch, 'model_name')];
    const [parts, subjects] = [textsOf(batch, 'part'), textsOf(batch, 'subject')];
    const [values, limits] = [numbersOf(batch, 'metric_value'), numbersOf(batch, 'flag_limit')];
    const [low, high] = [numbersOf(batch, 'low'), numbersOf(batch, 'high')];
    const [flagged, observed] = [numbersOf(batch, 'is_flagged'), numbersOf(batch, 'observed_rows')];
    for (let row = 0; row < batch.rowCount; row++) {
      const value = known(values[row]!);
      if (value === null || runIds[row] !== run.runId || names[row] !== run.modelName) continue;
      const isFlagged = flagged[row] === 1;
      if (parts[row] === 'drift')
        drift.push({ subject: subjects[row]!, psi: value, limit: limits[row]!, isFlagged });
      else
        outcome = {
          ratio: value,
          low: known(low[row]!),
          high: known(high[row]!),
          rows: observed[row]!,
          isMiscalibrated: isFlagged,
        };
    }
  }
  const features = drift
    .filter(({ subject }) => subject !== SCORES_SUBJECT)
    .sort(
      (left, right) =>
        Number(right.isFlagged) - Number(left.isFlagged) || right.psi - right.limit - (left.psi - left.limit),
    );
  return {
    ...run,
    compared: features.length,
    flagged: features.filter(({ isFlagged }) => isFlagged).length,
    features: features.slice(0, MOST_FEATURES),
    scores: drift.find(({ subject }) => subject === SCORES_SUBJECT) ?? null,
    outcome,
  };
}
