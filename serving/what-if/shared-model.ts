import { randomUUID } from 'node:crypto';
import { ARTEFACT_FILES, artefactFromFiles, artefactToFiles } from '../../models/artefact/artefact-files.ts';
import type { LoadedModel } from '../../models/registry/model-registry.ts';
import { type Vocabulary, vocabularyOf } from '../../models/scoring/drivers/feature-words.ts';
import { createScoringModel } from '../../models/scoring/score.ts';
import type { ScoringModel } from '../../models/scoring/scoring-model.ts';
import { type FeatureBounds, featureBounds } from './feature-bounds.ts';

/** A model in memory that every thread reads: to hand it on costs nothing, however large it is. */
export interface SharedModel {
  /** Names this copy, so that a thread knows what it has opened before. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<(typeof ARTEFACT_FILES)[number], SharedArrayBuffer>>;
}

/** A shared model, ready to answer in one thread. */
export interface OpenModel {
  readonly model: ScoringModel;
  /** What the codes of its drivers mean. */
  readonly vocabulary: Vocabulary;
  readonly bounds: ReadonlyMap<string, FeatureBounds>;
}

export function shareModel({ name, version, artefact }: LoadedModel): SharedModel {
  const files = artefactToFiles(artefact);
  const shared = ARTEFACT_FILES.map((file) => {
    const copy = new SharedArrayBuffer(files[file].byteLength);
    new Uint8Array(copy).set(files[file]);
    return [file, copy] as const;
  });
  return { id: randomUUID(), name, version, files: Object.fromEntries(shared) as SharedModel['files'] };
}

/** The same model, to the same bits. Its weights stay where they are. */
export function openSharedModel({ name, version, files }: SharedModel): OpenModel {
  const artefact = artefactFromFiles(
    {
      'model.json': Buffer.from(files['model.json']),
      'weights.bin': Buffer.from(files['weights.bin']),
      'encoder.json': Buffer.from(files['encoder.json']),
      'calibration.json': Buffer.from(files['calibration.json']),
    },
    `${name} ${version}`,
  );
  const model = createScoringModel(artefact, { name, version });
  return { model, vocabulary: vocabularyOf(model.featureSet), bounds: featureBounds(artefact.encoders) };
}
