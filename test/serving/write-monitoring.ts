import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { type MonitoringFigure, recordMonitoring } from '../../serving/scores-mart/monitoring-figures.ts';
import { day } from './small-marts.ts';

/** Of one tenant, or of `*`, what a run of `churn monitor` is to have found. */
export interface FoundDrift {
  readonly tenantId: string;
  readonly model: readonly [name: string, version: string];
  /** PSI and the limit of chance by feature. */
  readonly drift: Readonly<Record<string, readonly [psi: number, limit: number, isFlagged: boolean]>>;
  readonly ratio?: readonly [value: number, low: number, high: number, isFlagged: boolean];
}

/** Records a run of `churn monitor` in a warehouse that nobody else holds. */
export async function writeMonitoring(
  file: string,
  asOf: string,
  found: readonly FoundDrift[],
): Promise<void> {
  const figures = found.flatMap(({ tenantId, model: [modelName, modelVersion], drift, ratio }) => {
    const base = { tenantId, modelName, modelVersion, subject: '', horizonDays: 0, low: null, high: null };
    return [
      ...Object.entries(drift).map(
        ([subject, [value, limit, isFlagged]]): MonitoringFigure => ({
          ...base,
          part: 'drift',
          metric: 'psi',
          subject,
          value,
          limit,
          isFlagged,
          rows: 0,
        }),
      ),
      ...(ratio === undefined
        ? []
        : [
            {
              ...base,
              part: 'reliability',
              metric: 'observed_to_expected',
              value: ratio[0],
              low: ratio[1],
              high: ratio[2],
              limit: 1,
              isFlagged: ratio[3],
              rows: 1234,
            } satisfies MonitoringFigure,
          ]),
    ];
  });
  const warehouse = await openDuckDbWarehouse({ file });
  try {
    await ensureScoresMart(warehouse);
    const run = { runId: `monitor-${asOf}`, asOf: day(asOf), measuredAt: new Date(`${asOf}T06:00:00Z`) };
    await warehouse.write([recordMonitoring(run, figures)]);
  } finally {
    await warehouse.close();
  }
}
