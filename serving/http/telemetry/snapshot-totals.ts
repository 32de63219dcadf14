import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import { OPERATOR_TENANT } from '../../../features/contract/tenant-id.ts';
import { RISK_BANDS } from '../../../models/scoring/probability/risk-bands.ts';
import { lastNightOf, type NightOutcome } from '../../read-model/last-night.ts';
import type { ScoreSnapshot } from '../../read-model/score-snapshot.ts';
import { isErasureRun } from '../../scores-mart/erasure-runs.ts';

/** What is measured of the served scores: sums over tenants only, because reading metrics gives no right to read a tenant. */
export interface SnapshotTotals {
  readonly ageSeconds: number | null;
  readonly isStale: boolean;
  readonly tenants: number;
  /** In the order of RISK_BANDS. */
  readonly accountsByBand: readonly number[];
  /** The newest day that has scores; null before the first. */
  readonly newestAsOf: AsOfDate | null;
  /** When that day was last scored for the tenant that landed last. */
  readonly landedAt: Date | null;
  /** Tenants with scores, by what the last night made of them. */
  readonly lastNight: Readonly<Record<NightOutcome, number>>;
  readonly models: readonly { readonly name: string; readonly version: string; readonly tenants: number }[];
}

/** A model of one tenant is often named for it. */
const ONE_TENANT = 'of one tenant';

export function countSnapshot(
  snapshot: ScoreSnapshot | null,
  now: Date,
): Omit<SnapshotTotals, 'ageSeconds' | 'isStale'> {
  const lastNight: Record<NightOutcome, number> = { landed: 0, refused: 0, failed: 0, missing: 0 };
  let [newestAsOf, landedAt]: [AsOfDate | null, Date | null] = [null, null];
  const accountsByBand = RISK_BANDS.map(() => 0);
  const models = new Map<string, { name: string; version: string; tenants: number; isShared: boolean }>();
  for (const [tenantId, { current, lastAttempt }] of snapshot ?? []) {
    lastNight[lastNightOf(lastAttempt, now)]++;
    const { asOf, finishedAt } = current.run;
    if (newestAsOf === null || asOf > newestAsOf) newestAsOf = asOf;
    if (!isErasureRun(current.run) && (landedAt === null || finishedAt > landedAt)) landedAt = finishedAt;
    for (const band of current.bands) accountsByBand[band]!++;
    const { modelName, modelVersion } = current.run;
    const key = JSON.stringify([modelName, modelVersion]);
    const model = models.get(key) ?? { name: modelName, version: modelVersion, tenants: 0, isShared: false };
    model.tenants++;
    model.isShared ||= model.tenants > 1 || tenantId === OPERATOR_TENANT;
    models.set(key, model);
  }
  const shared = [...models.values()].filter(({ isShared }) => isShared);
  const single = models.size - shared.length;
  return {
    tenants: snapshot?.size ?? 0,
    accountsByBand,
    newestAsOf,
    landedAt,
    lastNight,
    models: [
      ...shared.map(({ name, version, tenants }) => ({ name, version, tenants })),
      ...(single === 0 ? [] : [{ name: ONE_TENANT, version: ONE_TENANT, tenants: single }]),
    ],
  };
}
