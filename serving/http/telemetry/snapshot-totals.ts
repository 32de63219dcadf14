import { OPERATOR_TENANT } from '../../../features/contract/tenant-id.ts';
import { RISK_BANDS } from '../../../models/scoring/probability/risk-bands.ts';
import type { ScoreSnapshot } from '../../read-model/score-snapshot.ts';

/** What is measured of the served scores: sums over tenants only, because reading metrics gives no right to read a tenant. */
export interface SnapshotTotals {
  readonly ageSeconds: number | null;
  readonly isStale: boolean;
  readonly tenants: number;
  /** In the order of RISK_BANDS. */
  readonly accountsByBand: readonly number[];
  readonly models: readonly { readonly name: string; readonly version: string; readonly tenants: number }[];
}

/** A model of one tenant is often named for it. */
const ONE_TENANT = 'of one tenant';

export function countSnapshot(
  snapshot: ScoreSnapshot | null,
): Pick<SnapshotTotals, 'tenants' | 'accountsByBand' | 'models'> {
  const accountsByBand = RISK_BANDS.map(() => 0);
  const models = new Map<string, { name: string; version: string; tenants: number; isShared: boolean }>();
  for (const [tenantId, { current }] of snapshot ?? []) {
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
    models: [
      ...shared.map(({ name, version, tenants }) => ({ name, version, tenants })),
      ...(single === 0 ? [] : [{ name: ONE_TENANT, version: ONE_TENANT, tenants: single }]),
    ],
  };
}
