import { renderTable } from '../../cli/printing/render-table.ts';
import type { DataSet } from './data-sets.ts';
import { type Figure, meanOf, type QualityRow } from './quality-row.ts';
import type { Finding } from './summarise.ts';

const SHOWN: readonly (readonly [Figure, string, digits: number])[] = [
  ['auc', 'AUC', 4],
  ['log_loss', 'log-loss', 4],
  ['brier', 'Brier', 4],
  ['ece', 'ECE', 4],
  ['lift_at_10', 'lift@10 %', 2],
  ['seconds', 'seconds', 1],
];

/** One table for one set: a line per model, means over its splits. */
export function describeSet(set: DataSet, rows: readonly QualityRow[]): string {
  const models = [...new Set(rows.map(({ model }) => model))];
  const seeds = new Set(rows.map(({ seed }) => seed)).size;
  const { training_rows: training, test_rows: test, churned } = rows[0]!;
  return [
    `${set.name}: ${set.title}`,
    `${training} rows to learn from, ${test} to test, ${((100 * churned) / test).toFixed(1)} % of them churned${seeds > 1 ? `; means over ${seeds} seeds` : ''}`,
    renderTable(
      ['', ...SHOWN.map(([, title]) => title), 'version'],
      models.map((model) => {
        const own = rows.filter((row) => row.model === model);
        return [
          model,
          ...SHOWN.map(([figure, , digits]) => meanOf(own, figure).toFixed(digits)),
          versionsOf(own),
        ];
      }),
    ),
  ].join('\n');
}

function versionsOf(rows: readonly QualityRow[]): string {
  const [first = '', ...others] = new Set(rows.map(({ version }) => version));
  return others.length === 0 ? first : `${first}; others on other seeds`;
}

export function describeFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ wanted, found, passed }) => `${passed ? 'pass' : 'FAIL'}  ${wanted}: ${found}`)
    .join('\n');
}
