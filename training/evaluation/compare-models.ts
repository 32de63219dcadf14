import { fromEpochDay } from '../../features/contract/as-of-date.ts';
import { type FeatureFrame, type LabelledFrame, takeRows } from '../../features/contract/feature-frame.ts';
import type { HeldOutScores } from '../../models/artefact/held-out-scores.ts';
import type { Comparison } from '../../models/registry/comparison.ts';
import type { LoadedModel } from '../../models/registry/model-registry.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { compareScores } from './compare-scores.ts';

const SEED = 1;
/** Fewer rows than these say too little, so that older ones are taken as well. */
const LEAST_ROWS = 100;

/** A version with what its recipe gave its test rows. */
export interface ComparedModel {
  readonly loaded: LoadedModel;
  /** Null for a version of the first edition. */
  readonly heldOut: HeldOutScores | null;
}

/** Labelled rows that both models can read. */
export interface ComparedData {
  /** Content hash of the snapshot or file. */
  readonly hash: string;
  readonly labelled: LabelledFrame;
  /** The same rows as the champion reads them. */
  readonly championFrame: FeatureFrame;
}

/**
 * Compares two versions that were trained from the same data, each as its recipe scored rows that its weights never saw.
 *
 * @returns null where they have no such rows in common
 */
export function compareHeldOut(candidate: ComparedModel, champion: ComparedModel): Comparison | null {
  const [mine, theirs] = [candidate.heldOut, champion.heldOut];
  const data = candidate.loaded.card.data.snapshot_hash;
  if (mine === null || theirs === null || champion.loaded.card.data.snapshot_hash !== data) return null;
  const targets = commonTargets(mine.targets, theirs.targets);
  const placeOf = new Map<number, number>();
  for (const [place, row] of theirs.rows.entries()) placeOf.set(row, place);
  const common = Int32Array.from(mine.rows.keys()).filter((place) => placeOf.has(mine.rows[place]!));
  // Most rows of one were training rows of the other: what is left is no test of either.
  if (common.length < mine.rows.length / 2 || targets.length === 0) return null;
  const columns = (of: HeldOutScores, place: (common: number) => number) =>
    targets.map((target) => {
      const column = of.probabilities[of.targets.indexOf(target)]!;
      return Float64Array.from(common, (position) => column[place(position)]!);
    });
  const labels = targets.map((target) => {
    const column = mine.labels[mine.targets.indexOf(target)]!;
    return Float64Array.from(common, (position) => column[position]!);
  });
  return comparison(candidate, champion, {
    data,
    notes: ['both were scored by weights that never saw these rows'],
    targets,
    labels,
    candidate: columns(mine, (place) => place),
    champion: columns(theirs, (place) => placeOf.get(mine.rows[place]!)!),
    groups: common.map((place) => mine.groups[place]!),
  });
}

/**
 * Compares two versions on labelled rows: the candidate's own test rows where the data is what it was trained from.
 *
 * @param tenantId Only this tenant's rows; null for all
 */
export function compareOnData(
  candidate: ComparedModel,
  champion: ComparedModel,
  { hash, labelled, championFrame }: ComparedData,
  tenantId: string | null,
): Comparison {
  const isOwnData = candidate.heldOut !== null && candidate.loaded.card.data.snapshot_hash === hash;
  const notes: string[] = [];
  const heldOut = isOwnData ? candidate.heldOut : null;
  const places = Int32Array.from((heldOut?.rows ?? labelled.groups).keys());
  const rowOf = (place: number) => heldOut?.rows[place] ?? place;
  let kept = places.filter((place) => isOfTenant(labelled, rowOf(place), tenantId));
  if (heldOut === null) {
    const unseen = kept.filter((place) => isAfterTraining(labelled, place, candidate, champion));
    if (unseen.length >= LEAST_ROWS) kept = unseen;
    notes.push(
      kept === unseen
        ? 'both were scored by the weights that serve; neither saw these rows'
        : 'both were scored by the weights that serve; either may have learnt from some of these rows',
    );
  }
  const rows = kept.map(rowOf);
  const seen = rows.filter((row) => mayHaveLearntFrom(labelled, row, champion, hash)).length;
  if (heldOut !== null)
    notes.push(
      seen === 0
        ? 'the candidate was scored by weights held out from these rows, the champion by those that serve; neither saw these rows'
        : `the candidate was scored by weights that never saw these rows; the champion may have learnt from ${seen} of the ${rows.length}, which flatters it`,
    );
  const targets = commonTargets(labelled.targets, candidate.loaded.model.targets).filter((target) =>
    champion.loaded.model.targets.includes(target),
  );
  const scoredBy = (model: ScoringModel, frame: FeatureFrame) => {
    const { probabilities } = model.score(takeRows(frame, rows), {
      driversPerRow: 0,
      ...(labelled.tenantIds && {
        tenantIds: {
          ...labelled.tenantIds,
          codes: rows.map((row) => labelled.tenantIds!.codes[row]!),
        },
      }),
    });
    return targets.map((target) => probabilities[model.targets.indexOf(target)]!);
  };
  const recorded = (of: HeldOutScores) =>
    targets.map((target) => {
      const column = of.probabilities[of.targets.indexOf(target)]!;
      return Float64Array.from(kept, (place) => column[place]!);
    });
  return comparison(candidate, champion, {
    data: hash,
    notes,
    targets,
    labels: targets.map((target) => {
      const column = labelled.labels[labelled.targets.indexOf(target)]!;
      return Float64Array.from(rows, (row) => column[row]!);
    }),
    candidate: heldOut === null ? scoredBy(candidate.loaded.model, labelled.frame) : recorded(heldOut),
    champion: scoredBy(champion.loaded.model, championFrame),
    groups: rows.map((row) => labelled.groups[row]!),
  });
}

function comparison(
  candidate: ComparedModel,
  champion: ComparedModel,
  {
    data,
    notes,
    ...scores
  }: Omit<Parameters<typeof compareScores>[0], 'seed'> & Pick<Comparison, 'data' | 'notes'>,
): Comparison {
  return {
    candidate: referenceOf(candidate),
    champion: referenceOf(champion),
    data,
    rows: scores.groups.length,
    accounts: new Set(scores.groups).size,
    notes,
    targets: compareScores({ ...scores, seed: SEED }),
  };
}

function referenceOf({ loaded: { name, version } }: ComparedModel): string {
  return `${name}@${version}`;
}

function commonTargets(left: readonly string[], right: readonly string[]): string[] {
  // A table has one label, whatever its column is called.
  if (left.length === 1 && right.length === 1) return [...left];
  return left.filter((target) => right.includes(target));
}

function isOfTenant({ tenantIds }: LabelledFrame, row: number, tenantId: string | null): boolean {
  return tenantId === null || tenantIds?.levels[tenantIds.codes[row]!] === tenantId;
}

function isAfterTraining(labelled: LabelledFrame, row: number, ...models: readonly ComparedModel[]): boolean {
  return (
    labelled.asOfEpochDays !== null && models.every((model) => !mayHaveLearntFrom(labelled, row, model, null))
  );
}

/** By its day where rows have one; otherwise where the very same file taught it. */
function mayHaveLearntFrom(
  { asOfEpochDays }: LabelledFrame,
  row: number,
  { loaded: { card } }: ComparedModel,
  hash: string | null,
): boolean {
  if (asOfEpochDays === null || card.production.fit.to === null) return card.data.snapshot_hash === hash;
  return fromEpochDay(asOfEpochDays[row]!) <= card.production.fit.to;
}
