import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import { type FeatureSet, featureSetHash } from '../../features/contract/feature-set.ts';
import type { ServedScope } from '../../models/registry/served-scope.ts';
import type { Driver, DriverColumn } from '../../models/scoring/drivers/driver.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import type {
  ModelScope,
  ScoredFrame,
  ScoreOptions,
  ScoringModel,
} from '../../models/scoring/scoring-model.ts';
import { WEEK_COLUMNS } from './small-marts.ts';

/** A feature set small enough to reckon with by hand. */
export const smallFeatureSet: FeatureSet = {
  name: 'small',
  version: 1,
  features: [
    {
      name: 'active_days_28d',
      type: 'number',
      label: 'active days in the last 28 days',
      unit: 'days',
      risk_when: 'low',
      plays: { up: '', down: 'Call the account and ask what changed' },
    },
    {
      name: 'open_tickets',
      type: 'number',
      label: 'open support tickets',
      unit: 'count',
      risk_when: 'high',
      plays: { up: 'Get the tickets closed', down: '' },
    },
    { name: 'plan', type: 'category', label: 'plan', unit: '', risk_when: 'either' },
  ],
};

/** The same and what pages show beside the scores, which the linear model looks at no more than at the plan. */
export const featureSetWithWeeks: FeatureSet = {
  ...smallFeatureSet,
  features: [
    ...smallFeatureSet.features,
    ...WEEK_COLUMNS.map(
      ({ name }) =>
        ({ name, type: 'number', label: name.replaceAll('_', ' '), unit: '', risk_when: 'either' }) as const,
    ),
  ],
};

export interface LinearModelOptions {
  readonly name?: string;
  readonly version?: string;
  readonly scope?: ModelScope;
  readonly featureSet?: FeatureSet;
  /** Log-odds added to every score: two versions that disagree. */
  readonly bias?: number;
}

/** A hand-written logistic model: few active days and many open tickets mean risk. */
export function linearModel(options: LinearModelOptions = {}): ScoringModel {
  const {
    name = 'linear',
    version = '1',
    scope = { kind: 'tenants' },
    featureSet = smallFeatureSet,
  } = options;
  const bias = options.bias ?? 0;
  const terms = (frame: FeatureFrame, row: number): [number, number] => [
    0.15 * (14 - numberAt(frame, 'active_days_28d', row, 14)),
    0.4 * numberAt(frame, 'open_tickets', row, 0),
  ];
  const probability = (frame: FeatureFrame, row: number): number => {
    const [activity, tickets] = terms(frame, row);
    return 1 / (1 + Math.exp(2 - bias - activity - tickets));
  };
  return {
    name,
    version,
    scope,
    featureSet,
    featureSetHash: featureSetHash(featureSet),
    targets: ['churned_30d', 'churned_60d', 'churned_90d'],
    score(frame: FeatureFrame, { driversPerRow, previous }: ScoreOptions): ScoredFrame {
      const rows = Array.from({ length: frame.rowCount }, (_, row) => row);
      const longest = Float64Array.from(rows, (row) => probability(frame, row));
      const driversOf = (contributions: readonly number[], row: number, then = -1): Driver[] =>
        ['active_days_28d', 'open_tickets']
          .map((feature, index) =>
            driverOf(
              frame,
              feature,
              row,
              contributions[index]!,
              then < 0 ? undefined : previous?.frame,
              then,
            ),
          )
          .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
          .slice(0, driversPerRow);
      return {
        rowCount: frame.rowCount,
        probabilities: [longest.map((p) => p * 0.4), longest.map((p) => p * 0.7), longest],
        interval: { low: longest.map((p) => 0.9 * p), high: longest.map((p) => 0.9 * p + 0.1) },
        bands: Array.from(longest, bandOf),
        drivers: rows.map((row) => driversOf(terms(frame, row), row)),
        previousProbability: Float64Array.from(rows, (row) => {
          const before = previous?.rowOf[row] ?? -1;
          return before < 0 ? Number.NaN : probability(previous!.frame, before);
        }),
        changeDrivers: rows.map((row) => {
          const before = previous?.rowOf[row] ?? -1;
          if (before < 0) return [];
          const then = terms(previous!.frame, before);
          return driversOf(
            terms(frame, row).map((term, index) => term - then[index]!),
            row,
            before,
          );
        }),
        typicalLogOdds: new Float64Array(frame.rowCount).fill(bias - 2),
      };
    },
  };
}

/** A registry of models held in memory: the latest given for a scope is its champion. */
export function championsOf(...models: readonly ScoringModel[]) {
  return {
    async championFor(scope: ServedScope): Promise<ScoringModel | null> {
      return models.findLast((model) => JSON.stringify(model.scope) === JSON.stringify(scope)) ?? null;
    },
  };
}

function driverOf(
  frame: FeatureFrame,
  feature: string,
  row: number,
  contribution: number,
  frameThen: FeatureFrame | undefined,
  rowThen: number,
): Driver {
  const value = known(frame, feature, row);
  const typical = feature === 'active_days_28d' ? 14 : 0;
  const column: DriverColumn = { feature, contribution, value, typical };
  return {
    theme: feature,
    contribution,
    columns: [frameThen === undefined ? column : { ...column, before: known(frameThen, feature, rowThen) }],
  };
}

function known(frame: FeatureFrame, feature: string, row: number): number | null {
  const value = numberAt(frame, feature, row, Number.NaN);
  return Number.isNaN(value) ? null : value;
}

function numberAt(frame: FeatureFrame, name: string, row: number, missing: number): number {
  const column: FeatureColumn | undefined = frame.columns.get(name);
  if (column?.kind !== 'number') throw new Error(`no number column ${name}`);
  const value = column.values[row]!;
  return Number.isNaN(value) ? missing : value;
}

function bandOf(p: number): RiskBand {
  return p < 0.15 ? 'low' : p < 0.35 ? 'medium' : p < 0.6 ? 'high' : 'critical';
}
