import { EVERY_TENANT } from '../../scores-mart/build-runs.ts';
import type { MonitoringFigure } from '../../scores-mart/monitoring-figures.ts';
import type { WatchedModel } from './monitoring-report.ts';

/** Everything that a run measured of one model, as rows of `scores.monitoring`. */
export function figuresOf(watched: WatchedModel): MonitoringFigure[] {
  const base = {
    modelName: watched.model,
    modelVersion: watched.version,
    subject: '',
    horizonDays: 0,
    low: null,
    high: null,
    limit: null,
    isFlagged: false,
    rows: 0,
  };
  return [
    ...watched.drift.map(({ tenantId, feature, psi, critical, isFlagged }) => ({
      ...base,
      tenantId,
      part: 'drift' as const,
      metric: 'psi',
      subject: feature,
      value: psi,
      limit: critical,
      isFlagged,
    })),
    ...watched.realised.flatMap(({ tenantId, horizonDays, month, rows, realised }) =>
      Object.entries(realised).map(([metric, figure]) => ({
        ...base,
        tenantId,
        part: 'realised' as const,
        metric,
        subject: month,
        horizonDays,
        ...figure,
        rows,
      })),
    ),
    ...watched.expected.flatMap(({ tenantId, horizonDays, accounts, figures }) =>
      Object.entries(figures).map(([metric, value]) => ({
        ...base,
        tenantId,
        part: 'expected' as const,
        metric,
        horizonDays,
        value,
        rows: accounts,
      })),
    ),
    ...watched.tenantReliability.map(({ tenantId, ratio, rows, isMiscalibrated }) => ({
      ...base,
      tenantId,
      part: 'reliability' as const,
      metric: 'observed_to_expected',
      ...ratio,
      limit: 1,
      isFlagged: isMiscalibrated,
      rows,
    })),
    ...(watched.recommendation?.rules ?? []).map(({ rule, isMet, value, limit }) => ({
      ...base,
      tenantId: EVERY_TENANT,
      part: 'recommendation' as const,
      metric: rule,
      value,
      limit,
      isFlagged: isMet,
    })),
  ];
}
