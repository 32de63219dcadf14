import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import { fromEpochDay } from '../../../features/contract/as-of-date.ts';
import { collectFrame, frameColumns } from '../../../features/frame/collect-frame.ts';
import type { TenantReader } from '../../../features/warehouse/tenant-warehouse.ts';
import type { LoadedModel } from '../../../models/registry/model-registry.ts';
import { quantiles } from '../../../stats/quantiles.ts';
import { EVERY_TENANT } from '../../scores-mart/build-runs.ts';
import { numbersOf } from '../../scores-mart/column-values.ts';
import { SCORES_SUBJECT } from '../../scores-mart/monitoring-figures.ts';
import { type Counted, type Drift, driftBins, measureDrift } from './feature-drift.ts';
import type { ServedScore } from './served-scores.ts';

const ACCOUNT_FEATURES = { schema: 'analytics', name: 'account_features' } as const;
const TENANT_AS_OF_DATES = { schema: 'analytics', name: 'tenant_as_of_dates' } as const;

/** As-of dates of training that stand for all of them. */
const REFERENCE_DATES = 4;

export interface WatchedDrift extends Drift {
  /** EVERY_TENANT for all together. */
  readonly tenantId: string;
  readonly feature: string;
  /** Its part in what the drivers of the newest scores say; null for scores. */
  readonly driverShare: number | null;
}

interface Pair {
  readonly reference: Counted;
  readonly current: Counted;
}

/** Counts tenant by tenant, so that no two tenants' rows meet, and adds the counts up. */
export class DriftWatch {
  readonly #counted = new Map<string, Map<string, Pair>>();
  readonly #model: LoadedModel;

  constructor(model: LoadedModel) {
    this.#model = model;
  }

  /** Features at the newest date against those of the dates that the model learnt from. False without the latter. */
  async addFeatures(reader: TenantReader, newest: AsOfDate): Promise<boolean> {
    const { card, artefact, model } = this.#model;
    const { from, to } = card.production.fit;
    if (from === null || to === null) return false;
    const grid: AsOfDate[] = [];
    for await (const batch of reader.read({
      relation: TENANT_AS_OF_DATES,
      columns: ['as_of_date'],
      where: [
        { column: 'is_grid_date', is: '=', value: true },
        { column: 'as_of_date', is: '>=', value: from },
        { column: 'as_of_date', is: '<=', value: to },
        { column: 'as_of_date', is: '<', value: newest },
      ],
      orderBy: ['as_of_date'],
    }))
      for (const day of numbersOf(batch, 'as_of_date')) grid.push(fromEpochDay(day));
    if (grid.length === 0) return false;
    const spread = new Set(
      Array.from(
        { length: REFERENCE_DATES },
        (_, at) => grid[Math.round((at * (grid.length - 1)) / (REFERENCE_DATES - 1))]!,
      ),
    );
    const read = async (dates: readonly AsOfDate[]) =>
      collectFrame(
        reader.read({
          relation: ACCOUNT_FEATURES,
          columns: frameColumns(model.featureSet),
          where: [{ column: 'as_of_date', is: 'in', value: dates }],
        }),
        model.featureSet,
      );
    const [before, now] = [await read([...spread]), await read([newest])];
    for (const { feature, count } of driftBins(artefact.encoders))
      this.#add(reader.tenantId, feature, {
        reference: countedOf(before, count(before.frame.columns.get(feature)!, 0, before.frame.rowCount)),
        current: countedOf(now, count(now.frame.columns.get(feature)!, 0, now.frame.rowCount)),
      });
    return before.frame.rowCount > 0;
  }

  /** The newest scores against those of the version's first night. */
  addScores(tenantId: string, scores: readonly ServedScore[], newestDay: number): void {
    const first = Math.min(...scores.map(({ epochDay }) => epochDay));
    if (!(first < newestDay)) return;
    const on = (day: number) =>
      scores.filter(({ epochDay }) => epochDay === day).map(({ probabilities }) => probabilities.at(-1)!);
    const [before, now] = [on(first), on(newestDay)];
    const cuts = this.#scoreCuts();
    const counted = (values: readonly number[]): Counted => {
      const counts = new Float64Array(cuts.length + 1);
      for (const value of values) counts[cuts.filter((cut) => value > cut).length]! += 1;
      return { counts, accounts: values.length };
    };
    this.#add(tenantId, SCORES_SUBJECT, { reference: counted(before), current: counted(now) });
  }

  /** Every feature of every tenant and of all together, the most drifted first. */
  measure(driverWeights: ReadonlyMap<string, number>): WatchedDrift[] {
    const weight = [...driverWeights.values()].reduce((sum, part) => sum + part, 0);
    return [...this.#counted]
      .flatMap(([tenantId, pairs]) =>
        [...pairs].map(([feature, { reference, current }]) => ({
          tenantId,
          feature,
          driverShare:
            feature === SCORES_SUBJECT || weight === 0 ? null : (driverWeights.get(feature) ?? 0) / weight,
          ...measureDrift(reference, current, pairs.size),
        })),
      )
      .sort((left, right) => (right.psi ?? 0) - right.byChance - ((left.psi ?? 0) - left.byChance));
  }

  /** Equal cuts for every tenant, from the risk bands that the model is served with. */
  #scoreCuts(): readonly number[] {
    const { medium, high, critical } = this.#model.card.risk_thresholds;
    return [
      ...quantiles(Float64Array.of(0, medium), [0.25, 0.5, 0.75, 1]),
      (medium + high) / 2,
      high,
      critical,
    ];
  }

  #add(tenantId: string, feature: string, pair: Pair): void {
    for (const scope of [tenantId, EVERY_TENANT]) {
      const pairs = this.#counted.get(scope) ?? new Map<string, Pair>();
      this.#counted.set(scope, pairs);
      const known = pairs.get(feature);
      pairs.set(
        feature,
        known === undefined
          ? pair
          : {
              reference: sum(known.reference, pair.reference),
              current: sum(known.current, pair.current),
            },
      );
    }
  }
}

function countedOf(
  { keys }: { readonly keys: { readonly accountIds: readonly string[] } },
  counts: Float64Array,
): Counted {
  return { counts, accounts: new Set(keys.accountIds).size };
}

function sum(left: Counted, right: Counted): Counted {
  return {
    counts: left.counts.map((count, bin) => count + right.counts[bin]!),
    accounts: left.accounts + right.accounts,
  };
}
