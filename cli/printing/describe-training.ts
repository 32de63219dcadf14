import type { Evaluation, Metric, MetricName, ModelCard } from '../../models/artefact/model-card.ts';
import type { TrainingResult } from '../../training/train.ts';
import { renderTable } from './render-table.ts';

const SHOWN: readonly (readonly [MetricName, string])[] = [
  ['auc', 'AUC'],
  ['log_loss', 'log-loss'],
  ['brier', 'Brier'],
  ['ece', 'ECE'],
  ['lift_at_10', 'lift@10 %'],
  ['calibration_slope', 'cal. slope'],
];

/** What came of a training, for a terminal: one table per label with the baselines below the model. */
export function describeTraining({ name, version, existed, alias, card }: TrainingResult): string {
  const head = [
    ...(existed
      ? [`${name}@${version} was trained from these very inputs before; nothing was trained again`]
      : []),
    ...(existed && alias === null ? [] : [standing({ name, version, alias })]),
  ].join('\n');
  const tables = card.targets.map((target, index) =>
    describeQuality(target, [
      [name, card.test[index]],
      ...card.baselines.map((baseline) => [baseline.name, baseline.test[index]] as const),
    ]),
  );
  const { dropped } = card.feature_set;
  return [
    head,
    ...(dropped.length === 0
      ? []
      : [`not learnt from: ${dropped.map(({ feature, reason }) => `${feature} (${reason})`).join(', ')}`]),
    `test: ${card.split.method}`,
    ...tables,
    ...describeTop(card.top_of_list),
  ].join('\n\n');
}

function standing({ name, version, alias }: Pick<TrainingResult, 'name' | 'version' | 'alias'>): string {
  const reference = `${name}@${version}`;
  const command = `churn models promote ${reference} --reason TEXT`;
  switch (alias) {
    case 'champion':
      return `${reference} is champion: it serves from now on`;
    case 'challenger':
      return `${reference} is challenger, and the champion still serves: ${command} puts it in its place`;
    case null:
      return `${reference} is an experiment and serves nobody: ${command} lets it serve`;
  }
}

/** Metrics with their 95 % intervals, one line per contender. */
export function describeQuality(
  target: string,
  contenders: readonly (readonly [string, Evaluation | undefined])[],
): string {
  const measured = contenders[0]?.[1];
  if (measured === undefined || measured.rows === 0) return `${target}: no test row has this label yet`;
  return [
    `${target}: ${measured.rows} test rows, ${measured.churned} churned`,
    renderTable(
      ['', ...SHOWN.map(([, title]) => title)],
      contenders.map(([name, evaluation]) => [
        name,
        ...SHOWN.map(([metric]) => interval(evaluation?.metrics[metric])),
      ]),
    ),
  ].join('\n');
}

/** What was forecast for the top of the list, and what came of it. */
export function describeTop(top: ModelCard['top_of_list']): string[] {
  if (top.length === 0) return [];
  return [
    renderTable(
      ['top of the list', 'rows', 'accounts', 'forecast', 'churned (95 % interval)'],
      top.map(({ share, rows, accounts, mean_probability, observed_rate }) => [
        `highest ${Math.round(share * 100)} %`,
        String(rows),
        String(accounts),
        mean_probability.toFixed(3),
        interval(observed_rate),
      ]),
    ),
  ];
}

function interval(metric: Metric | undefined): string {
  if (metric === undefined || metric.value === null) return '–';
  const value = metric.value.toFixed(3);
  return metric.low === null || metric.high === null
    ? value
    : `${value} (${metric.low.toFixed(3)}–${metric.high.toFixed(3)})`;
}
