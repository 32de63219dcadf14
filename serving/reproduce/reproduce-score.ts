import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput, OperationFailed } from '../../features/contract/failure.ts';
import { type FeatureFrame, tenantOfAllRows } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { collectFrame, frameColumns } from '../../features/frame/collect-frame.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import { tenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { featureHashes } from '../batch/feature-hashes.ts';
import { DRIVERS_PER_ROW } from '../batch/score-accounts.ts';
import { writeDrivers } from '../scores-mart/driver-codes.ts';
import { unpackRow } from '../scores-mart/packed-features.ts';
import { readScoredFeatures, scoredFeatures } from '../scores-mart/scored-features.ts';
import { type KeptScore, readKeptScores, servedOf } from './kept-scores.ts';

const ACCOUNT_FEATURES = { schema: 'analytics', name: 'account_features' };

export interface ScoreToReproduce {
  readonly tenantId: TenantId;
  readonly accountId: string;
  readonly asOf: AsOfDate;
  /** Without it, the latest. */
  readonly revision?: number | undefined;
  /** Loads and verifies a version. @throws what says why it cannot be loaded */
  readonly loadModel: (name: string, version: string) => Promise<ScoringModel>;
}

/** One value as it was kept and as it comes out now. */
export interface ComparedValue {
  readonly name: string;
  readonly kept: number | string;
  readonly recomputed: number | string;
  readonly isEqual: boolean;
}

export interface Reproduction {
  readonly score: KeptScore;
  /** Where the inputs were found: kept beside the scores, or still in the feature mart. */
  readonly inputsFrom: 'scored_features' | 'account_features';
  readonly values: readonly ComparedValue[];
  readonly isEqual: boolean;
}

/**
 * Computes a past score again from what was scored then, with the version that scored it, and compares every bit.
 *
 * @throws BadInput for a score that there is not, OperationFailed where its inputs or its version are gone
 */
export async function reproduceScore(warehouse: Warehouse, wanted: ScoreToReproduce): Promise<Reproduction> {
  const { tenantId, accountId, asOf, revision, loadModel } = wanted;
  const where = `account ${accountId} of tenant ${tenantId} at ${asOf}`;
  const reader = tenantReader(warehouse, tenantId);
  const all = await readKeptScores(warehouse, reader, accountId);
  const ofDay = all.filter((score) => score.asOf === asOf);
  if (ofDay.length === 0)
    throw new BadInput({
      where,
      what: all.length === 0 ? 'no score of this account is stored' : 'it has no score of that day',
      remedy:
        all.length === 0
          ? 'check the spelling; scores of erased accounts are gone with their inputs'
          : `its days are ${[...new Set(all.map((score) => score.asOf))].join(', ')}`,
    });
  const served = await servedOf(reader, asOf, ofDay);
  const score = revision === undefined ? served.at(-1)! : served.find((one) => one.revision === revision);
  if (score === undefined)
    throw new BadInput({
      where,
      what: `there is no revision ${revision}`,
      remedy: `its revisions are ${served.map((one) => one.revision).join(', ')}`,
    });
  const model = await modelOf(score, where, loadModel);
  const { frame, from } = await inputsOf(warehouse, reader, score, model.featureSet, where);
  const scored = model.score(frame, {
    driversPerRow: DRIVERS_PER_ROW,
    tenantIds: tenantOfAllRows(tenantId, 1),
  });
  const values: ComparedValue[] = [
    ...score.probabilities.map(({ name, value }, target) =>
      compared(name, value, scored.probabilities[target]![0]!),
    ),
    ...score.interval.map(({ name, value }, end) =>
      compared(name, value, [scored.interval.low, scored.interval.high][end]![0]!),
    ),
    compared('risk_band', score.band, scored.bands[0]!),
    compared('drivers', score.drivers, writeDrivers(scored.drivers[0]!)),
  ];
  return { score, inputsFrom: from, values, isEqual: values.every(({ isEqual }) => isEqual) };
}

function compared(name: string, kept: number | string, recomputed: number | string): ComparedValue {
  return { name, kept, recomputed, isEqual: Object.is(kept, recomputed) };
}

async function modelOf(
  { modelName, modelVersion }: KeptScore,
  where: string,
  loadModel: ScoreToReproduce['loadModel'],
): Promise<ScoringModel> {
  try {
    return await loadModel(modelName, modelVersion);
  } catch (cause) {
    throw new OperationFailed({
      where,
      what: `it was scored by ${modelName}@${modelVersion}, which cannot be loaded (${cause instanceof Error ? cause.message : String(cause)})`,
      remedy: 'bring the version back from a back-up of the models; the score itself stays as it is stored',
      cause,
    });
  }
}

async function inputsOf(
  warehouse: Warehouse,
  reader: TenantReader,
  { accountId, asOf, featureHash }: KeptScore,
  featureSet: FeatureSet,
  where: string,
): Promise<{ readonly frame: FeatureFrame; readonly from: Reproduction['inputsFrom'] }> {
  const names = featureSet.features.map(({ name }) => name);
  const isTheSame = (frame: FeatureFrame) =>
    frame.rowCount === 1 && featureHashes(frame, names)[0] === featureHash;
  const isKept = (await warehouse.describe(scoredFeatures.relation)).length > 0;
  const kept = isKept ? await readScoredFeatures(reader, { accountId, asOf, featureHash }) : null;
  if (kept !== null) {
    const frame = unpackRow(kept, featureSet);
    if (isTheSame(frame)) return { frame, from: 'scored_features' };
    throw new OperationFailed({
      where,
      what: `its kept inputs do not hash to ${featureHash}, so they are not what was scored`,
      remedy: 'somebody else wrote scores.scored_features; bring the row back from a back-up',
    });
  }
  const inMart = new Set((await warehouse.describe(ACCOUNT_FEATURES)).map(({ name }) => name));
  if (frameColumns(featureSet).every((name) => inMart.has(name))) {
    const rows = reader.read({
      relation: ACCOUNT_FEATURES,
      columns: frameColumns(featureSet),
      where: [
        { column: 'account_id', is: '=', value: accountId },
        { column: 'as_of_date', is: '=', value: asOf },
      ],
    });
    const { frame } = await collectFrame(rows, featureSet);
    if (isTheSame(frame)) return { frame, from: 'account_features' };
  }
  throw new OperationFailed({
    where,
    what: 'its inputs are no longer there: they were not kept when it was scored, and the feature mart has others or none',
    remedy: 'scores of nights since the last upgrade keep theirs; an erasure removes them for good',
  });
}
