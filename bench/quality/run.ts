import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA_SETS } from './data-sets.ts';
import { describeFindings, describeSet } from './describe.ts';
import { BASE_RATE, measureSplit } from './measure-split.ts';
import type { QualityRow } from './quality-row.ts';
import { summarise } from './summarise.ts';
import { PEERS } from './train-peer.ts';

/**
 * Trains ours beside its peers on the same splits of every data set, and measures all of them with the same code.
 *
 *     npm run bench:quality -- [--sets telco,oulad] [--models ours,xgboost] [--seeds 5] [--fresh] [--json] [--data FOLDER]
 */
const { values } = parseArgs({
  options: {
    sets: { type: 'string' },
    models: { type: 'string', default: [BASE_RATE, ...PEERS, 'ours'].join(',') },
    seeds: { type: 'string', default: '5' },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: process.env.CHURN_DATA ?? '../shared/data' },
    /** Where prepared tables and peers' predictions are kept. */
    home: { type: 'string', default: '.churn/bench-quality' },
  },
});
const home = resolve(values.home);
const data = resolve(values.data);
const models = values.models.split(',');
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const sets = DATA_SETS.filter(({ name, isExtra = false }) =>
  values.sets === undefined
    ? !isExtra
    : values.sets.split(',').some((wanted) => name === wanted || (!isExtra && name.startsWith(`${wanted}-`))),
);
refuse(
  sets.length === 0,
  `--sets ${values.sets}: name some of ${DATA_SETS.map(({ name }) => name).join(', ')}`,
);
refuse(
  seeds.length === 0 || Number.isNaN(seeds.length),
  `--seeds ${values.seeds}: give a whole number from 1 up`,
);
for (const model of models)
  refuse(
    ![BASE_RATE, ...PEERS, 'ours'].includes(model.split(':')[0]!),
    `--models ${model}: name some of ${[BASE_RATE, ...PEERS, 'ours', 'ours:FAMILY'].join(', ')}`,
  );

const rows: QualityRow[] = [];
for (const set of sets) {
  const ofSet: QualityRow[] = [];
  for (const split of await set.prepare(data, join(home, 'data'), seeds))
    for await (const row of measureSplit(split, models, {
      cache: join(home, 'predictions'),
      fresh: values.fresh,
    }))
      ofSet.push(row);
  rows.push(...ofSet);
  if (!values.json) console.log(`${describeSet(set, ofSet)}\n`);
}
const findings = summarise(rows, sets, PEERS);
if (values.json) console.log(JSON.stringify({ rows, findings }, null, 2));
else console.log(describeFindings(findings));

function refuse(isWrong: boolean, sentence: string): void {
  if (!isWrong) return;
  console.error(`bench:quality: ${sentence}`);
  process.exit(2);
}
