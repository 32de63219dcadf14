import { createServiceMetrics } from '../../../../serving/http/telemetry/service-metrics.ts';
import type { SnapshotTotals } from '../../../../serving/http/telemetry/snapshot-totals.ts';
import { day } from '../../small-marts.ts';

export const TOTALS: SnapshotTotals = {
  ageSeconds: 7,
  isStale: false,
  tenants: 10,
  accountsByBand: [1, 2, 3, 4],
  newestAsOf: day('2026-11-16'),
  landedAt: new Date('2026-11-17T02:00:00Z'),
  lastNight: { landed: 7, refused: 2, failed: 1, missing: 0 },
  models: [{ name: 'churn', version: 'v1', tenants: 10 }],
};

/** What `/metrics` of a service shows that has answered one request and refused one champion, an hour after a night. */
export async function exposedMetrics(): Promise<string> {
  const metrics = createServiceMetrics({
    version: '1',
    clock: () => new Date('2026-11-17T03:00:00Z'),
    totals: () => TOTALS,
  });
  metrics.requestEnded({ method: 'GET', route: '/v1', status: 200, seconds: 0.1 });
  metrics.championRefused();
  const exposed = await metrics.prometheus();
  await metrics.stop();
  return exposed;
}
