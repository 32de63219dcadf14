import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Predictions, predictionsSchema } from './predictions.ts';
import type { PreparedSplit } from './prepared-split.ts';
import { runProcess } from './run-process.ts';

const THREADS = '2';

export const PEERS = [
  'logistic-regression',
  'hist-gradient-boosting',
  'xgboost',
  'lightgbm',
  'catboost',
] as const;

/** What peers are made of: a change of any makes other predictions. */
export const PEER_SOURCES = ['peers.py', 'requirements.txt'].map((file) => join(import.meta.dirname, file));

/** @param python as the script `environment` prints it */
export async function trainPeer(python: string, model: string, split: PreparedSplit): Promise<Predictions> {
  const folder = await mkdtemp(join(tmpdir(), 'churn-peer-'));
  try {
    const out = join(folder, 'predictions.json');
    const args = [PEER_SOURCES[0]!, model, String(split.seed), THREADS, split.train, split.test, out];
    await runProcess(python, args, { OMP_NUM_THREADS: THREADS });
    return predictionsSchema.parse(JSON.parse(await readFile(out, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function peersPython(): Promise<string> {
  return (await runProcess(join(import.meta.dirname, 'environment'), [])).trim();
}
