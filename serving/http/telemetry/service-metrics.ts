import type { Attributes } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { RISK_BANDS } from '../../../models/scoring/probability/risk-bands.ts';
import { NIGHT_OUTCOMES } from '../../read-model/last-night.ts';
import { OnDemandReader } from './on-demand-reader.ts';
import { serviceResource } from './service-resource.ts';
import type { SnapshotTotals } from './snapshot-totals.ts';

export interface ServiceMetrics {
  requestEnded(request: EndedRequest): void;
  championRefused(): void;
  /** Everything as Prometheus reads it. */
  prometheus(): Promise<string>;
  stop(): Promise<void>;
}

export interface EndedRequest {
  readonly method: string;
  /** The route's pattern, or null when no route matched. Never the path itself, which any client can invent. */
  readonly route: string | null;
  readonly status: number;
  readonly seconds: number;
}

export interface MetricsOptions {
  readonly version: string;
  /** Base of an OTLP/HTTP collector, e.g. the Datadog Agent's http://localhost:4318; none exports nothing. */
  readonly otlpEndpoint?: string | undefined;
  readonly clock: () => Date;
  readonly totals: () => SnapshotTotals;
}

/** In seconds. The objective is 0.8 s, and the usual boundaries (0.75, then 1) do not include it. */
const DURATION_BOUNDARIES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 2.5, 5, 10];
const EXPORT_SECONDS = 15;

export function createServiceMetrics({
  version,
  otlpEndpoint,
  clock,
  totals,
}: MetricsOptions): ServiceMetrics {
  const scraped = new OnDemandReader();
  const readers: MetricReader[] = [scraped];
  if (otlpEndpoint !== undefined)
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/metrics` }),
        exportIntervalMillis: EXPORT_SECONDS * 1000,
      }),
    );
  const provider = new MeterProvider({ resource: serviceResource(version), readers });
  const meter = provider.getMeter('churn');
  const duration = meter.createHistogram('http.server.request.duration', {
    unit: 's',
    description: 'Duration of HTTP requests',
    advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
  });
  const refusals = meter.createCounter('churn.champion.refusals', {
    description: 'Champions that could not be loaded while an older one served on',
  });
  const gauge = (
    name: string,
    unit: string,
    description: string,
    read: (totals: SnapshotTotals) => readonly (readonly [number, Attributes])[],
  ) =>
    meter.createObservableGauge(name, { unit, description }).addCallback((result) => {
      for (const [value, attributes] of read(totals())) result.observe(value, attributes);
    });
  gauge('churn.scores.age', 's', 'Since the mart was last seen to hold what is served', ({ ageSeconds }) =>
    ageSeconds === null ? [] : [[ageSeconds, {}]],
  );
  const secondsSince = (time: Date) => (clock().getTime() - time.getTime()) / 1000;
  gauge('churn.scores.landed.age', 's', 'Since the newest scores were made', ({ landedAt }) =>
    landedAt === null ? [] : [[secondsSince(landedAt), {}]],
  );
  gauge('churn.scores.as_of.age', 's', 'Since the newest day that has scores began', ({ newestAsOf }) =>
    newestAsOf === null ? [] : [[secondsSince(new Date(newestAsOf)), {}]],
  );
  gauge(
    'churn.night.tenants',
    '{tenant}',
    'Scored tenants by what the last night made of them',
    ({ lastNight }) => NIGHT_OUTCOMES.map((outcome) => [lastNight[outcome], { outcome }]),
  );
  gauge(
    'churn.scores.stale',
    '1',
    '1 while the mart has not been read for three refreshes',
    ({ isStale }) => [[Number(isStale), {}]],
  );
  gauge('churn.scores.tenants', '{tenant}', 'Tenants with scores', ({ tenants }) => [[tenants, {}]]);
  gauge('churn.scores.accounts', '{account}', 'Scored accounts by risk band', ({ accountsByBand }) =>
    RISK_BANDS.map((band, at) => [accountsByBand[at]!, { risk_band: band }]),
  );
  gauge('churn.model.tenants', '{tenant}', 'Tenants whose scores a model version made', ({ models }) =>
    models.map(({ name, version: of, tenants }) => [tenants, { model_name: name, model_version: of }]),
  );
  gauge('process.memory.usage', 'By', 'Resident memory', () => [[process.memoryUsage.rss(), {}]]);

  return {
    requestEnded({ method, route, status, seconds }) {
      duration.record(seconds, {
        'http.request.method': method,
        'http.response.status_code': status,
        ...(route === null ? {} : { 'http.route': route }),
      });
    },
    championRefused: () => refusals.add(1),
    async prometheus() {
      const { resourceMetrics } = await scraped.collect();
      return new PrometheusSerializer().serialize(resourceMetrics);
    },
    stop: () => provider.shutdown(),
  };
}
