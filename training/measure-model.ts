import { takeRows } from '../features/contract/feature-frame.ts';
import type { ModelArtefact } from '../models/artefact.ts';
import { identityCalibration } from '../models/calibration.ts';
import type { FamilyName } from '../models/families/family-named.ts';
import type { ModelCard } from '../models/model-card.ts';
import { createScoringModel } from '../models/score.ts';
import { liftAt } from '../stats/lift-at.ts';
import { reliabilityBins } from '../stats/reliability-bins.ts';
import { baseRateBaseline, singleFeatureBaseline } from './baselines.ts';
import { evaluate } from './evaluate.ts';
import { fitMember } from './fit-member.ts';
import type { FittedRecipe, RecipeRequest } from './fit-recipe.ts';

/** Resamples × rows that the intervals may cost; many rows have narrow intervals that need fewer resamples. */
const RESAMPLED_ROWS = 4_000_000;
/** Baselines are a yardstick: their own uncertainty is not worth the time. */
const NO_INTERVALS = 0;
const LIFT_SHARES = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5];

export interface MeasureRequest extends RecipeRequest {
  readonly artefact: ModelArtefact;
  readonly recipe: FittedRecipe;
}

export type MeasuredQuality = Pick<ModelCard, 'test' | 'baselines' | 'tenants' | 'reliability' | 'lift'>;

/** Scores the test slice through the one scoring path and measures it beside what it has to beat. */
export function measureModel(request: MeasureRequest): MeasuredQuality {
  const { artefact, labelled, featureSet, slices, seed } = request;
  const { rows, labels } = slices.test;
  const resamples = Math.max(60, Math.min(200, Math.round(RESAMPLED_ROWS / rows.length)));
  const frame = takeRows(labelled.frame, rows);
  const groups = rows.map((row) => labelled.groups[row]!);
  const scoreWith = (part: ModelArtefact): readonly Float64Array[] =>
    createScoringModel(part, { name: 'evaluation', version: 'v0' }).score(frame, { driversPerRow: 0 })
      .probabilities;
  const probabilities = scoreWith(artefact);
  const measure = (columns: readonly Float64Array[], draws: number) =>
    evaluate({ targets: labelled.targets, labels, probabilities: columns, groups, seed, resamples: draws });

  const baselines = [
    baseRateBaseline(slices.training),
    singleFeatureBaseline(labelled.frame, featureSet, slices.training),
  ]
    .filter((baseline) => baseline !== undefined)
    .map((baseline) => ({
      name: baseline.name,
      test: measure(baseline.probabilities(frame), NO_INTERVALS),
    }));
  if (request.family !== 'logistic')
    baselines.push({
      name: 'logistic_regression',
      test: measure(scoreWith(logisticAlone(request)), NO_INTERVALS),
    });

  const longest = labels.findLastIndex((column) => column.some((label) => !Number.isNaN(label)));
  const known = Int32Array.from(rows.keys()).filter((position) => !Number.isNaN(labels[longest]![position]!));
  const outcome = Float64Array.from(known, (position) => labels[longest]![position]!);
  const forecast = Float64Array.from(known, (position) => probabilities[longest]![position]!);
  return {
    test: measure(probabilities, resamples),
    baselines,
    tenants: tenantReliability(request, known, outcome, forecast),
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
  };
}

/** The logistic family by itself, uncalibrated, on the training slice. */
function logisticAlone(request: MeasureRequest): ModelArtefact {
  const { artefact, labelled, featureSet, slices, seed, backend } = request;
  const family: FamilyName = 'logistic';
  const inRecipe = request.recipe.alone.find((member) => member.family === family);
  const member =
    inRecipe ??
    fitMember({
      backend,
      frame: labelled.frame,
      featureSet,
      family,
      training: slices.training,
      validation: slices.validation,
      seed,
      outOfTime: () => false,
    });
  return {
    description: {
      ...artefact.description,
      members: [
        {
          family,
          share: 1,
          tensors: [...member.weights].map(([name, { shape }]) => ({ name, shape: [...shape] })),
        },
      ],
    },
    encoders: [member.encoder],
    weights: [member.weights],
    calibration: identityCalibration(labelled.targets.length),
  };
}

function tenantReliability(
  { labelled, slices }: MeasureRequest,
  known: Int32Array,
  outcome: Float64Array,
  forecast: Float64Array,
): ModelCard['tenants'] {
  const { tenantIds } = labelled;
  if (tenantIds === null) return [];
  const sums = new Map<number, { rows: number; churned: number; forecast: number }>();
  known.forEach((position, index) => {
    const code = tenantIds.codes[slices.test.rows[position]!]!;
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
