import { beforeAll, describe, expect, it, vi } from 'vitest';
import { tenantOfAllRows } from '../../../features/contract/feature-frame.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';
import { postedAccounts } from '../../../serving/what-if/posted-accounts.ts';
import { frameOfRows, type PostedRows, readPostedRows } from '../../../serving/what-if/posted-rows.ts';
import { scoreTogether } from '../../../serving/what-if/score-together.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let model: ScoringModel;

beforeAll(async () => {
  const registry = openLocalRegistry({ directory: await folder.path(), clock: () => new Date() });
  await promoteSmallModel(registry);
  ({ model } = await registry.load('small', 'champion'));
});

const asked = (days: readonly (number | null)[], plans: readonly (string | null)[]): PostedRows =>
  readPostedRows(
    postedAccounts(days.map((day, row) => ({ active_days_28d: day, open_tickets: 1, plan: plans[row]! }))),
    smallFeatureSet,
    new Map(),
  );

const ROWS = [
  asked([3], ['plus']),
  asked([20, null, 7], ['basic', null, 'plus']),
  asked([0], [null]),
  asked([28, 1], ['gold', 'basic']),
];

const TENANTS = [tenant('acme'), tenant('globex'), null, tenant('acme')];

describe('scoring together', () => {
  it('runs the model once and gives each question the scores it would get alone', () => {
    const spy = vi.fn(model.score);
    const together = scoreTogether(
      { ...model, score: spy },
      ROWS.map((rows, at) => ({ rows, tenantId: TENANTS[at]!, driversPerRow: at })),
    );
    expect(spy).toHaveBeenCalledTimes(1);
    ROWS.forEach((one, at) => {
      const alone = model.score(frameOfRows([one], smallFeatureSet), {
        driversPerRow: at,
        ...(TENANTS[at] === null ? {} : { tenantIds: tenantOfAllRows(TENANTS[at]!, one.rowCount) }),
      });
      expect(together[at]!.probabilities).toEqual(alone.probabilities);
      expect(together[at]!.bands).toEqual(alone.bands);
      expect(together[at]!.drivers).toEqual(alone.drivers.map((list) => list.slice(0, at)));
    });
  });
});
