import { reasonOf } from '../../../features/contract/failure.ts';
import { PROGRAM_VERSION } from '../../../serving/service/program-version.ts';
import type { CommandContext } from '../../context/command-context.ts';
import type { NightlyReport } from './nightly-report.ts';

/** Sends the figures of a night where OTEL_EXPORTER_OTLP_ENDPOINT says. A collector that is down is said and fails no night. */
export async function sendNightMetrics(
  { configuration, clock, terminal }: CommandContext,
  { newest, late, ...report }: NightlyReport,
): Promise<void> {
  const { otlpEndpoint } = configuration;
  if (otlpEndpoint === undefined) return;
  const { pushNightMetrics } = await import('../../../serving/monitoring/push-night-metrics.ts');
  const figures = { ...report, lateTenants: late.length, newestAsOf: newest?.asOf ?? null };
  try {
    await pushNightMetrics(figures, { version: PROGRAM_VERSION, otlpEndpoint, clock });
  } catch (error) {
    terminal.log(reasonOf(error));
  }
}
