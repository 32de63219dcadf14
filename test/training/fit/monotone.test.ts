import { beforeAll, describe, expect, it } from 'vitest';
import { takeRows } from '../../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { PAIR_WEIGHT } from '../../../models/families/gam.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { sigmoid } from '../../../stats/sigmoid.ts';
import { startBackend } from '../../../training/backends/backend.ts';
import type { Backend } from '../../../training/backends/tensorflow.ts';
import { memberLogits } from '../../../training/blend/member-logits.ts';
import { checkDirections } from '../../../training/check-directions.ts';
import type { FittedMember } from '../../../training/members/fit-member.ts';
import { fitMadeUp } from '../../models/fit-made-up.ts';
import { madeUpAccounts, madeUpFeatureSet } from '../../models/made-up-accounts.ts';

/** Activity lowers the risk of these accounts, by itself and more so with tickets; here the opposite is declared. */
const contrary: FeatureSet = {
  ...madeUpFeatureSet,
  features: madeUpFeatureSet.features.map((feature) => ({
    ...feature,
    risk_when: feature.risk_when === 'low' ? 'high' : feature.risk_when === 'high' ? 'low' : 'either',
  })),
};
const sweeps = { active_days_7d: 8, active_days_28d: 28, open_tickets: 6 } as const;

describe.each(['logistic', 'gam'] as const)('%s', (family) => {
  const labelled = withInteraction();
  let backend: Backend;
  beforeAll(async () => {
    backend = await startBackend();
  });

  const member = (monotone: boolean): FittedMember =>
    fitMadeUp(backend, family, labelled, { featureSet: contrary, monotone, epochs: 8 });

  it('goes against a declared direction where the rows say so', () => {
    expect(stepsAgainst(member(false))).toBeGreaterThan(100);
  });

  it('that is held to directions goes against none, and still learns what has none', () => {
    const held = member(true);
    expect(stepsAgainst(held)).toBe(0);
    if (family === 'gam') expect(held.weights.has(PAIR_WEIGHT)).toBe(true);
    const plan = Math.max(...held.weights.get('head/weight')!.values.map(Math.abs));
    expect(plan).toBeGreaterThan(0.05);
  });
});

it('says what cannot be held to directions, and where none is declared', () => {
  const asked = { monotone: true, family: 'auto', featureSet: madeUpFeatureSet } as const;
  expect(checkDirections({ ...asked, monotone: false })).toEqual([]);
  expect(checkDirections(asked)).toEqual([
    'risk goes with 5 of 8 features as their risk_when says, or not at all (--monotone)',
  ]);
  expect(() => checkDirections({ ...asked, family: 'tabm' })).toThrow(
    /tabm cannot be held .* logistic or gam/,
  );
  expect(() => checkDirections({ ...asked, sequence: true })).toThrow(/--sequence: .* no direction/);
  const silent = {
    ...madeUpFeatureSet,
    features: madeUpFeatureSet.features.map((feature) => ({ ...feature, risk_when: 'either' as const })),
  };
  expect(() => checkDirections({ ...asked, featureSet: silent })).toThrow(/no feature of made_up declares/);
});

/** How often the log-odds of any interval go the wrong way as one feature rises and all others stay. */
function stepsAgainst(member: FittedMember): number {
  const { frame } = takeRowsOf(60);
  let against = 0;
  for (const [name, most] of Object.entries(sweeps)) {
    const upwards = contrary.features.find((feature) => feature.name === name)!.risk_when === 'high';
    let before: Float64Array | undefined;
    for (let value = 0; value <= most; value++) {
      const columns = new Map(frame.columns);
      columns.set(name, { kind: 'number', values: new Float64Array(frame.rowCount).fill(value) });
      const logits = memberLogits(member, contrary, { ...frame, columns });
      logits.forEach((logit, cell) => {
        const step = before === undefined ? 0 : logit - before[cell]!;
        if ((upwards ? step : -step) < -1e-9) against++;
      });
      before = logits;
    }
  }
  return against;
}

function takeRowsOf(count: number) {
  return {
    frame: takeRows(
      withInteraction().frame,
      Int32Array.from({ length: count }, (_, row) => row),
    ),
  };
}

function withInteraction() {
  const labelled = madeUpAccounts({ rows: 3_000, seed: 4, targets: ['churned_30d', 'churned_60d'] });
  const random = createRandom(7);
  const values = (name: string): Float64Array => {
    const column = labelled.frame.columns.get(name)!;
    if (column.kind !== 'number') throw new Error(`${name} is no number`);
    return column.values;
  };
  const [active, tickets] = [values('active_days_28d'), values('open_tickets')];
  const first = Float64Array.from(active, (days, row) => {
    const quiet = days < 10 ? 1 : 0;
    const risk = -1.5 + quiet + (tickets[row]! > 0 ? (quiet ? 2.5 : -1) : 0);
    return random.next() < sigmoid(risk) ? 1 : 0;
  });
  const second = first.map((churned) => (churned === 1 || random.next() < 0.1 ? 1 : 0));
  return { ...labelled, labels: [first, second] };
}
