import { OPERATOR_TENANT } from '../../features/contract/tenant-id.ts';
import { renderRiskList } from '../../serving/risk-list/render-risk-list.ts';
import { moneyText } from '../../serving/scores-mart/money-by-currency.ts';
import type { CommandContext } from '../context/command-context.ts';
import type { Demo } from '../jobs/run-demo.ts';
import { describeQuality } from './describe-training.ts';

/** What the demo made, for a terminal. Says nothing that differs when the demo runs again. */
export function describeDemo({ rowsByTable, models, lists }: Demo, { terminal }: CommandContext): string {
  const rows = Object.entries(rowsByTable).map(
    ([table, count]) => `${count.toLocaleString('en-US')} ${table}`,
  );
  const quality = models.flatMap(({ name, card }) => {
    const longest = card.test.findLastIndex((evaluation) => evaluation.rows > 0);
    const measured = card.test[longest];
    if (measured === undefined) return [];
    return describeQuality(`${name}, ${measured.target}`, [
      [name, measured],
      ...card.baselines.map((baseline) => [baseline.name, baseline.test[longest]] as const),
    ]);
  });
  const risks = lists.map(({ tenantId, list }) => {
    if (list === null) return `${tenantId} was not scored`;
    const whose =
      tenantId === OPERATOR_TENANT
        ? 'Which of our customers will leave us'
        : `Which customers of ${tenantId} will leave`;
    return [
      `${whose}, as of ${list.asOf} (${list.accounts} accounts, MRR at risk ${moneyText(list.mrrAtRisk)}, ${list.modelName}@${list.modelVersion})`,
      renderRiskList(list.rows, { width: terminal.width, isColoured: terminal.isColoured }),
    ].join('\n\n');
  });
  return [
    `Rows of the simulated platform: ${rows.join(', ')}`,
    ...quality,
    ...risks,
    'Open the service:  npm run -s churn -- serve\nLog in with the token below, or with the one that it prints.',
  ].join('\n\n');
}
