import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Predictions } from './predictions.ts';
import { ACCOUNT, AS_OF, LABEL, type PreparedSplit } from './prepared-split.ts';
import { runChurn } from './run-churn.ts';
import { withDuckDb } from './with-duckdb.ts';

const trainingSchema = z.object({
  card: z.object({ members: z.array(z.object({ family: z.string(), share: z.number() })) }),
});

/** Trains and scores with the public commands. `ours` is the default, `ours:FAMILY` is `--model FAMILY`. */
export async function trainOurs(model: string, split: PreparedSplit): Promise<Predictions> {
  const home = await mkdtemp(join(tmpdir(), 'churn-quality-'));
  try {
    const keys = ['--id', ACCOUNT, ...(split.hasAsOf ? ['--as-of', AS_OF] : [])];
    const family = model.split(':')[1];
    const started = performance.now();
    const printed = await runChurn(
      home,
      ...['train', '--table', split.train, '--label', LABEL, ...keys],
      ...['--seed', String(split.seed), ...(family === undefined ? [] : ['--model', family]), '--json'],
    );
    const seconds = (performance.now() - started) / 1000;
    const { card } = trainingSchema.parse(JSON.parse(printed));
    const out = join(home, 'scores.parquet');
    await runChurn(home, 'score', '--table', split.test, '--out', out, ...keys);
    return {
      model,
      version: card.members.map(({ family, share }) => `${family} ${share.toFixed(2)}`).join(' + '),
      seconds,
      probabilities: await scoresOf(out, split),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** In the test's own order, which a score file must have kept. */
async function scoresOf(out: string, { test, hasAsOf }: PreparedSplit): Promise<number[]> {
  const columns = [ACCOUNT, ...(hasAsOf ? [AS_OF] : [])].join(', ');
  return withDuckDb(async (connection) => {
    const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const scores = await read(`select churn_probability, ${columns} from read_parquet('${out}')`);
    const keys = await read(`select ${columns} from read_parquet('${test}')`);
    if (scores.length !== keys.length || scores.some(([, ...key], row) => String(key) !== String(keys[row])))
      throw new Error(`${out}: the scores are not those of the rows of ${test}, one each and in their order`);
    return scores.map(([probability]) => Number(probability));
  });
}
