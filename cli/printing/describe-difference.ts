import { differenceText } from '../../models/registry/clearly-worse.ts';
import type { Comparison } from '../../models/registry/comparison.ts';
import { renderTable } from './render-table.ts';

/** A candidate beside the champion on the same rows, one table per label. */
export function describeDifference({
  candidate,
  champion,
  rows,
  accounts,
  notes,
  targets,
}: Comparison): string {
  const tables = targets.map((of) => {
    if (of.rows === 0) return `${of.target}: no row has this label yet`;
    return [
      `${of.target}: ${of.rows} rows, ${of.churned} churned`,
      renderTable(
        ['', 'AUC', 'log-loss'],
        [
          [champion, decimal(of.champion.auc), decimal(of.champion.log_loss)],
          [candidate, decimal(of.candidate.auc), decimal(of.candidate.log_loss)],
          ['difference', differenceText(of.difference.auc), differenceText(of.difference.log_loss)],
          ['verdict', of.verdict.auc, of.verdict.log_loss],
        ],
      ),
    ].join('\n');
  });
  return [
    `${candidate} against the champion ${champion} on the same ${rows} rows of ${accounts} accounts`,
    ...notes.map((note) => `note: ${note}`),
    ...tables,
  ].join('\n\n');
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}
