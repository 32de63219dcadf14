import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentKey } from './content-key.ts';
import { type Predictions, predictionsSchema } from './predictions.ts';
import type { PreparedSplit } from './prepared-split.ts';
import { PEER_SOURCES } from './train-peer.ts';

/** Where a peer's predictions for a split are kept: named by the data, the model, what makes it, and the seed. */
export async function predictionFile(folder: string, model: string, split: PreparedSplit): Promise<string> {
  const key = await contentKey([split.train, split.test, ...PEER_SOURCES], `${model}/${split.seed}/`);
  return join(folder, `${split.set}-${split.seed}-${model}-${key}.json`);
}

export async function readPredictions(file: string): Promise<Predictions | undefined> {
  try {
    return predictionsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function keepPredictions(file: string, predictions: Predictions): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.partial`, JSON.stringify(predictions));
  await rename(`${file}.partial`, file);
}
