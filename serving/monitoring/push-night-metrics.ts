import type { Attributes } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { OperationFailed, reasonOf } from '../../features/contract/failure.ts';
import { OnDemandReader } from '../http/telemetry/on-demand-reader.ts';
import { serviceResource } from '../http/telemetry/service-resource.ts';
import { NIGHT_OUTCOMES } from '../read-model/last-night.ts';
import type { NightFigures } from './night-figures.ts';

const TIMEOUT_MILLISECONDS = 10_000;

export interface NightMetricsOptions {
  readonly version: string;
  /** Base of an OTLP/HTTP collector. */
  readonly otlpEndpoint: string;
  readonly clock: () => Date;
}

/**
 * Sends the figures of a night to a collector, once: a job ends before anybody could scrape it.
 *
 * @throws OperationFailed where the collector does not take them within ten seconds
 */
export async function pushNightMetrics(
  night: NightFigures,
  { version, otlpEndpoint, clock }: NightMetricsOptions,
): Promise<void> {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({
    resource: serviceResource(version, 'churn-nightly'),
    readers: [reader],
  });
  const meter = provider.getMeter('churn');
  const gauge = (
    name: string,
    unit: string,
    description: string,
    values: readonly [number, Attributes?][],
  ) => {
    const instrument = meter.createGauge(name, { unit, description });
    for (const [value, attributes = {}] of values) instrument.record(value, attributes);
  };
  gauge('churn.night.duration', 's', 'From the start of the night to its end', [
    [seconds(night.startedAt, night.finishedAt)],
  ]);
  gauge(
    'churn.night.step.duration',
    's',
    'Of each step of the night',
    night.steps.map(({ step, status, startedAt, finishedAt }) => [
      seconds(startedAt, finishedAt ?? startedAt),
      { step, status },
    ]),
  );
  gauge(
    'churn.night.tenants',
    '{tenant}',
    'Tenants by what the night made of them',
    NIGHT_OUTCOMES.map((outcome) => [night.tenantsByOutcome[outcome], { outcome }]),
  );
  gauge('churn.night.late_tenants', '{tenant}', 'Tenants that landed after the deadline', [
    [night.lateTenants],
  ]);
  gauge('churn.night.rows', '{row}', 'Accounts that were scored', [[night.rowsScored]]);
  gauge('churn.night.exit_status', '1', '0 done, 1 failed, 2 bad input, 3 a gate refused', [
    [night.exitCode],
  ]);
  if (night.newestAsOf !== null)
    gauge('churn.scores.as_of.age', 's', 'Since the newest day that has scores began', [
      [seconds(new Date(night.newestAsOf), clock())],
    ]);

  const { resourceMetrics } = await reader.collect();
  const exporter = new OTLPMetricExporter({
    url: `${otlpEndpoint.replace(/\/$/, '')}/v1/metrics`,
    timeoutMillis: TIMEOUT_MILLISECONDS,
  });
  try {
    await new Promise<void>((resolve, reject) =>
      exporter.export(resourceMetrics, ({ code, error }) =>
        code === ExportResultCode.SUCCESS ? resolve() : reject(error),
      ),
    );
  } catch (cause) {
    throw new OperationFailed({
      where: otlpEndpoint,
      what: `the collector did not take the metrics of the night (${reasonOf(cause)})`,
      remedy: 'check OTEL_EXPORTER_OTLP_ENDPOINT; the night itself is not affected',
      cause,
    });
  } finally {
    await Promise.all([exporter.shutdown(), provider.shutdown()]);
  }
}

function seconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}
