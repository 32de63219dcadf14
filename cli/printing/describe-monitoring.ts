import type { MonitoringReport, WatchedModel } from '../../serving/monitoring/models/monitoring-report.ts';
import { metricText, ruleName } from '../../serving/monitoring/report/words.ts';
import { EVERY_TENANT } from '../../serving/scores-mart/build-runs.ts';
import { renderTable } from './render-table.ts';

const MOST_FEATURES = 8;

/** What a run of `churn monitor` found, model by model. */
export function describeMonitoring({ asOf, models }: MonitoringReport): string {
  return [`as of ${asOf}`, ...models.map(describeModel)].join('\n\n');
}

function describeModel(watched: WatchedModel): string {
  const {
    model,
    version,
    tenants,
    newestAsOf,
    realised,
    expected,
    drift,
    tenantReliability,
    recommendation,
  } = watched;
  const overall = realised.filter(
    ({ tenantId, month, rows }) => tenantId === EVERY_TENANT && month === '' && rows > 0,
  );
  const promised = expected.filter(({ tenantId }) => tenantId === EVERY_TENANT);
  const drifted = drift.filter(({ isFlagged }) => isFlagged);
  const off = tenantReliability.filter(
    ({ isMiscalibrated, isWorseThanChance }) => isMiscalibrated || isWorseThanChance,
  );
  const number = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(3));
  return [
    `${model}@${version}, tenants: ${tenants.length}, newest scores ${newestAsOf}`,
    overall.length === 0
      ? 'realised: no window of a served score has closed'
      : renderTable(
          ['realised', 'scores', 'churned', 'AUC', 'log loss', 'ECE', 'precision p90', 'p95', 'p99'],
          overall.map(({ horizonDays, rows, churned, realised: figures }) => [
            `${horizonDays} days`,
            String(rows),
            String(churned),
            ...['auc', 'log_loss', 'ece'].map((name) => metricText(figures[name]!)),
            ...['p90', 'p95', 'p99'].map((name) => number(figures[`precision_${name}`]?.value)),
          ]),
        ),
    renderTable(
      ['expected', 'accounts', 'AUC', 'log loss', 'Brier', 'precision p90', 'p95', 'p99'],
      promised.map(({ horizonDays, accounts, figures }) => [
        `${horizonDays} days`,
        String(accounts),
        ...['auc', 'log_loss', 'brier', 'precision_p90', 'precision_p95', 'precision_p99'].map((name) =>
          number(figures[name]),
        ),
      ]),
    ),
    '(expected figures hold as far as probabilities are calibrated and accounts behave as before)',
    drifted.length === 0
      ? `drift: nothing beyond chance in ${drift.length} comparisons`
      : renderTable(
          [`drift: ${drifted.length} flagged`, 'tenant', 'PSI', 'by chance up to', 'of the drivers'],
          drifted
            .slice(0, MOST_FEATURES)
            .map(({ feature, tenantId, psi, critical, driverShare }) => [
              feature,
              tenantId === EVERY_TENANT ? 'all' : tenantId,
              number(psi),
              number(critical),
              driverShare === null ? '–' : `${Math.round(100 * driverShare)} %`,
            ]),
        ),
    off.length === 0
      ? `tenants: none of ${tenantReliability.length} is off beyond its interval`
      : renderTable(
          ['tenants off', 'churned', 'expected', 'ratio', 'AUC'],
          off.map(({ tenantId, churned, expectedChurned, ratio, auc }) => [
            tenantId,
            String(churned),
            expectedChurned.toFixed(1),
            metricText(ratio),
            metricText(auc),
          ]),
        ),
    recommendation === null
      ? 'training again: cannot be judged'
      : [
          `training again: ${recommendation.retrain ? 'recommended' : 'no reason'}`,
          ...recommendation.rules.map(
            ({ rule, isMet, detail }) => `  ${isMet ? '✗' : '·'} ${ruleName(rule)}: ${detail}`,
          ),
        ].join('\n'),
  ].join('\n');
}
