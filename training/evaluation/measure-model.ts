import { type FeatureFrame, type LabelledFrame, takeRows } from '../../features/contract/feature-frame.ts';
import type { ModelArtefact } from '../../models/artefact/artefact.ts';
import type { HeldOutScores } from '../../models/artefact/held-out-scores.ts';
import type { ModelCard } from '../../models/artefact/model-card.ts';
import { createScoringModel } from '../../models/scoring/score.ts';
import { liftAt } from '../../stats/lift-at.ts';
import { reliabilityBins } from '../../stats/reliability-bins.ts';
import { tenantsOf } from '../blend/blend-candidates.ts';
import type { Blend, Judgement, RecipeRequest } from '../recipe/recipe.ts';
import { joinSlices, type Slice } from '../splits/slice.ts';
import { baseRateBaseline, singleFeatureBaseline } from './baselines.ts';
import { evaluate } from './evaluate.ts';
import { topOfList } from './top-of-list.ts';

/** Resamples × rows that the intervals may cost; many rows have narrow intervals that need fewer resamples. */
const RESAMPLED_ROWS = 4_000_000;
/** Baselines are a yardstick: their own uncertainty is not worth the time. */
const NO_INTERVALS = 0;
const LIFT_SHARES = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5];

export interface MeasuredQuality {
  readonly figures: Pick<
    ModelCard,
    'test' | 'baselines' | 'tenants' | 'reliability' | 'lift' | 'top_of_list'
  >;
  /** What the figures are of. */
  readonly heldOut: HeldOutScores;
}

/** Scores every judged row through the one scoring path and measures it beside what it has to beat. */
export function measureModel(
  { labelled, featureSet, seed }: RecipeRequest,
  judgements: readonly Judgement[],
  artefactOf: (blend: Blend) => ModelArtefact,
): MeasuredQuality {
  const slice = joinSlices(judgements.map(({ test }) => test));
  const { rows, labels } = slice;
  const resamples = Math.max(60, Math.min(200, Math.round(RESAMPLED_ROWS / rows.length)));
  const groups = rows.map((row) => labelled.groups[row]!);
  const measure = (columns: readonly Float64Array[], draws: number) =>
    evaluate({ targets: labelled.targets, labels, probabilities: columns, groups, seed, resamples: draws });
  /** Probabilities of all judged rows, judgement by judgement. */
  const judged = (scoring: (judgement: Judgement, frame: FeatureFrame) => readonly Float64Array[]) => {
    const parts = judgements.map((judgement) =>
      scoring(judgement, takeRows(labelled.frame, judgement.test.rows)),
    );
    return labelled.targets.map((_, target) =>
      Float64Array.from(parts.flatMap((columns) => [...columns[target]!])),
    );
  };
  const scoreWith = (blend: Blend, { test }: Judgement, frame: FeatureFrame) => {
    const tenantIds = tenantsOf(labelled, test);
    return createScoringModel(artefactOf(blend), { name: 'evaluation', version: 'v0' }).score(frame, {
      driversPerRow: 0,
      ...(tenantIds && { tenantIds }),
    }).probabilities;
  };
  const probabilities = judged((judgement, frame) => scoreWith(judgement.blend, judgement, frame));

  const single = singleFeatureBaseline(labelled.frame, featureSet, judgements[0]!.training);
  const baselines: ModelCard['baselines'] = [
    {
      name: 'base_rate',
      test: measure(
        judged(({ training }, frame) => baseRateBaseline(training).probabilities(frame)),
        NO_INTERVALS,
      ),
    },
    ...(single === undefined
      ? []
      : [
          {
            name: single.name,
            test: measure(
              judged((_, frame) => single.probabilities(frame)),
              NO_INTERVALS,
            ),
          },
        ]),
    {
      name: 'logistic_regression',
      test: measure(
        judged((judgement, frame) => scoreWith(judgement.logistic, judgement, frame)),
        NO_INTERVALS,
      ),
    },
  ];

  const longest = labels.findLastIndex((column) => column.some((label) => !Number.isNaN(label)));
  const known = Int32Array.from(rows.keys()).filter((position) => !Number.isNaN(labels[longest]![position]!));
  const outcome = Float64Array.from(known, (position) => labels[longest]![position]!);
  const forecast = Float64Array.from(known, (position) => probabilities[longest]![position]!);
  const figures = {
    test: measure(probabilities, resamples),
    baselines,
    tenants: tenantReliability(labelled, slice, known, outcome, forecast),
    reliability: labelled.targets.map((target, index) => {
      const positions = Int32Array.from(rows.keys()).filter(
        (position) => !Number.isNaN(labels[index]![position]!),
      );
      const bins = reliabilityBins(
        Float64Array.from(positions, (position) => labels[index]![position]!),
        Float64Array.from(positions, (position) => probabilities[index]![position]!),
        10,
      );
      return {
        target,
        bins: bins.map((bin) => ({
          rows: bin.rows,
          mean_probability: bin.meanProbability,
          observed_rate: bin.observedRate,
        })),
      };
    }),
    lift: LIFT_SHARES.map((share) => {
      const lift = liftAt(outcome, forecast, share);
      return { share, lift: Number.isFinite(lift) ? lift : null };
    }),
    top_of_list: topOfList(
      outcome,
      forecast,
      known.map((position) => groups[position]!),
    ),
  };
  return { figures, heldOut: { targets: labelled.targets, rows, groups, labels, probabilities } };
}

function tenantReliability(
  { tenantIds }: LabelledFrame,
  { rows }: Slice,
  known: Int32Array,
  outcome: Float64Array,
  forecast: Float64Array,
): ModelCard['tenants'] {
  if (tenantIds === null) return [];
  const sums = new Map<number, { rows: number; churned: number; forecast: number }>();
  known.forEach((position, index) => {
    const code = tenantIds.codes[rows[position]!]!;
    const sum = sums.get(code) ?? { rows: 0, churned: 0, forecast: 0 };
    sum.rows++;
    sum.churned += outcome[index]!;
    sum.forecast += forecast[index]!;
    sums.set(code, sum);
  });
  return [...sums].map(([code, sum]) => ({
    tenant_id: tenantIds.levels[code] ?? '',
    rows: sum.rows,
    observed_rate: sum.churned / sum.rows,
    mean_probability: sum.forecast / sum.rows,
  }));
}
