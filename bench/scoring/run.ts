import { parseArgs } from 'node:util';
import { renderTable } from '../../cli/printing/render-table.ts';
import { measureScoring, type ScoringCase } from './measure.ts';

/**
 * Rows per second of processor time: scores alone, with drivers, and with what changed.
 *
 *     npm run bench:scoring -- [--rows 2048] [--repeats 3] [--json]
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2048' },
    repeats: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const HORIZONS = ['churned_30d', 'churned_60d', 'churned_90d'];
const MODELS: readonly Omit<ScoringCase, 'features'>[] = [
  { model: 'temporal', targets: HORIZONS, groups: [['tabm', 'tabm'], ['gam'], ['logistic']] },
  {
    model: 'cross-fitted',
    targets: ['churned'],
    groups: [
      ['tabm', 'tabm', 'tabm', 'tabm', 'tabm'],
      ['gam', 'gam', 'gam', 'gam', 'gam'],
    ],
  },
];
const count = (option: 'rows' | 'repeats'): number => {
  const number = Number(values[option]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`bench:scoring: --${option} ${values[option]}: give a whole number from 1 up`);
  return process.exit(2);
};
const [rowCount, repeats] = [count('rows'), count('repeats')];
const rows = MODELS.flatMap((model) =>
  [20, 242].map((features) => measureScoring({ ...model, features }, rowCount, repeats)),
);
if (values.json) console.log(JSON.stringify({ rows }, null, 2));
else
  console.log(
    renderTable(
      ['model', 'features', 'scores/s', 'with drivers/s', 'ratio', 'with changes/s', 'ratio', 'one row, ms'],
      rows.map((row) => [
        row.model,
        String(row.features),
        row.scores.toFixed(0),
        row.with_drivers.toFixed(0),
        row.drivers_ratio.toFixed(2),
        row.with_change_drivers.toFixed(0),
        row.change_drivers_ratio.toFixed(2),
        row.one_row_ms.toFixed(2),
      ]),
    ),
  );
