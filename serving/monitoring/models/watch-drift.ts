import { type AsOfDate, fromEpochDay, toEpochDay } from '../../../features/contract/as-of-date.ts';
import { collectFrame, frameColumns } from '../../../features/frame/collect-frame.ts';
import type { TenantRows } from '../../../features/warehouse/tenant-rows.ts';
import type { ReaderSelection } from '../../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../../features/warehouse/warehouse.ts';
import type { LoadedModel } from '../../../models/registry/model-registry.ts';
import { quantiles } from '../../../stats/quantiles.ts';
import { EVERY_TENANT } from '../../scores-mart/build-runs.ts';
import { numbersOf } from '../../scores-mart/column-values.ts';
import { SCORES_SUBJECT } from '../../scores-mart/monitoring-figures.ts';
import { rowsSaying } from '../../scores-mart/rows-saying.ts';
import { type Counted, type Drift, driftBins, measureDrift } from './feature-drift.ts';
import type { ServedScore } from './served-scores.ts';

const ACCOUNT_FEATURES = { schema: 'analytics', name: 'account_features' } as const;

/** What `referenceDates` reads. */
export const GRID_DATES: ReaderSelection = {
  relation: { schema: 'analytics', name: 'tenant_as_of_dates' },
  columns: ['as_of_date'],
  where: [{ column: 'is_grid_date', is: '=', value: true }],
  orderBy: ['as_of_date'],
};

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

  /** The dates that the model learnt from, few of them, before the newest; none where the marts have none of them. */
  async referenceDates(gridRows: TenantRows, newest: AsOfDate): Promise<readonly AsOfDate[]> {
    const { from, to } = this.#model.card.production.fit;
    if (from === null || to === null) return [];
    const grid: AsOfDate[] = [];
    for await (const batch of gridRows.batches())
      for (const day of numbersOf(batch, 'as_of_date')) {
        const date = fromEpochDay(day);
        if (date >= from && date <= to && date < newest) grid.push(date);
      }
    if (grid.length === 0) return [];
    const spread = new Set(
      Array.from(
        { length: REFERENCE_DATES },
        (_, at) => grid[Math.round((at * (grid.length - 1)) / (REFERENCE_DATES - 1))]!,
      ),
    );
    return [...spread];
  }

  /** What `addFeatures` reads. */
  get features(): Omit<ReaderSelection, 'where'> {
    return { relation: ACCOUNT_FEATURES, columns: frameColumns(this.#model.model.featureSet) };
  }

  /**
   * Features at the newest date against those of the reference dates. False without the latter.
   *
   * @param rows Of one tenant; those of other dates are passed over
   */
  async addFeatures(rows: TenantRows, reference: readonly AsOfDate[], newest: AsOfDate): Promise<boolean> {
    if (reference.length === 0) return false;
    const { artefact, model } = this.#model;
    const [before, now]: [ColumnBatch[], ColumnBatch[]] = [[], []];
    const ofReference = new Set(reference.map(toEpochDay));
    for await (const batch of rows.batches()) {
      const days = numbersOf(batch, 'as_of_date');
      const taken = (isTaken: (day: number) => boolean) =>
        rowsSaying(
          batch,
          Array.from(days, (_, row) => row).filter((row) => isTaken(days[row]!)),
          {},
        );
      before.push(taken((day) => ofReference.has(day)));
      now.push(taken((day) => day === toEpochDay(newest)));
    }
    const [then, latest] = [
      await collectFrame(before, model.featureSet),
      await collectFrame(now, model.featureSet),
    ];
    for (const { feature, count } of driftBins(artefact.encoders))
      this.#add(rows.tenantId, feature, {
        reference: countedOf(then, count(then.frame.columns.get(feature)!, 0, then.frame.rowCount)),
        current: countedOf(latest, count(latest.frame.columns.get(feature)!, 0, latest.frame.rowCount)),
      });
    return then.frame.rowCount > 0;
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
