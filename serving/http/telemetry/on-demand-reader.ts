import { MetricReader } from '@opentelemetry/sdk-metrics';

/** Collects when somebody asks, such as whoever reads `/metrics`. */
export class OnDemandReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}
