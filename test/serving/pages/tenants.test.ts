import { expect, it } from 'vitest';
import { listedTenants } from '../../../serving/pages/tenants-view.tsx';
import type { TenantScores } from '../../../serving/read-model/tenant-scores.ts';

/** As much of a tenant's scores as the list of tenants reads: one account in each of the given bands. */
function scores(tenantId: string, bands: number[], asOf = '2026-11-09'): TenantScores {
  return {
    tenantId,
    run: { asOf },
    heldBack: null,
    newestAsOf: '2026-11-09',
    rowCount: bands.length,
    bands: Uint8Array.from(bands),
    mrr: new Float64Array(bands.length).fill(Number.NaN),
    currencies: { codes: new Int32Array(bands.length).fill(-1), levels: [], listedLevels: 0 },
  } as unknown as TenantScores;
}

it('has the operator first, then the most critical and high, and tenants whose data ended last', () => {
  const listed = listedTenants([
    scores('quiet', [0, 0]),
    scores('ended', [3, 3, 3], '2026-11-01'),
    scores('high', [2, 2, 1]),
    scores('late', [3, 3], '2026-11-02'),
    scores('critical', [3, 0]),
    scores('platform', [0]),
  ]);
  expect(listed.map(({ tenantId }) => tenantId)).toEqual([
    'platform',
    'late',
    'critical',
    'high',
    'quiet',
    'ended',
  ]);
  expect(listed.map(({ daysEnded }) => daysEnded)).toEqual([0, 0, 0, 0, 0, 8]);
});
