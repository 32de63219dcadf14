import { join } from 'node:path';
import { prepareOnlineRetail } from './prepare-online-retail.ts';
import { prepareOuladSplit } from './prepare-oulad.ts';
import { prepareRandomSplits } from './prepare-random-splits.ts';
import type { PreparedSplit } from './prepared-split.ts';

export interface DataSet {
  readonly name: string;
  /** What is foretold, and how the rows are cut. */
  readonly title: string;
  /** What the issue of training time asks of it. */
  readonly trainingSecondsAllowed: number | null;
  /** Only measured when named. */
  readonly isExtra?: boolean;
  readonly prepare: (
    data: string,
    folder: string,
    seeds: readonly number[],
  ) => Promise<readonly PreparedSplit[]>;
}

export const DATA_SETS: readonly DataSet[] = [
  {
    name: 'telco',
    title: 'IBM Telco: left last month; random fifths, stratified',
    trainingSecondsAllowed: 60,
    prepare: (data, folder, seeds) =>
      prepareRandomSplits({
        set: 'telco',
        file: join(data, 'telco/telco_customer_churn.csv'),
        folder,
        seeds,
      }),
  },
  {
    name: 'mlc-churn',
    title: 'churn of a phone company (OpenML 40701); random fifths, stratified',
    trainingSecondsAllowed: 60,
    prepare: (data, folder, seeds) =>
      prepareRandomSplits({ set: 'mlc-churn', file: join(data, 'mlc_churn/mlc_churn.csv'), folder, seeds }),
  },
  {
    name: 'online-retail',
    title: 'UCI Online Retail: no purchase for 90 days; by time',
    trainingSecondsAllowed: null,
    prepare: (data, folder) => prepareOnlineRetail(join(data, 'online_retail/online_retail.parquet'), folder),
  },
  ...oulad(3),
  ...oulad(1, '-weekly'),
];

/** Weekly rows of one account differ little; every third as-of date gives about 45,000 rows to learn from. */
function oulad(everyWeeks: number, suffix = ''): readonly DataSet[] {
  const tasks = [
    ['oulad-drop-off', 'inactivity', 'thirty silent days'],
    ['oulad-unregistration', 'contractual', 'unregisters within 30 days'],
  ] as const;
  return tasks.map(([name, churn, what]) => ({
    name: `${name}${suffix}`,
    title: `OULAD: ${what}; learnt from the 2013 presentations, tested on 2014B`,
    trainingSecondsAllowed: everyWeeks === 1 ? null : 300,
    isExtra: everyWeeks === 1,
    prepare: (data, folder) =>
      prepareOuladSplit({ set: `${name}${suffix}`, churn, everyWeeks }, join(data, 'oulad'), folder),
  }));
}
