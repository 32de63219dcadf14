import {
  type Evaluation,
  METRIC_NAMES,
  type Metric,
  type ModelCard,
} from '../../models/artefact/model-card.ts';
import { liftChart, reliabilityDiagram } from './reliability-diagram.ts';

/** The model card as a page: self-contained, no scripts, opens from a mail attachment. */
export function report(card: ModelCard): string {
  const contenders: [string, readonly Evaluation[]][] = [
    [card.name, card.test],
    ...card.baselines.map(({ name, test }): [string, readonly Evaluation[]] => [name, test]),
  ];
  const quality = card.targets.map((target, index) => {
    const rows = contenders.map(([name, evaluations]) => metricRow(name, evaluations[index])).join('');
    const measured = card.test[index];
    return `<h3>${text(target)} <small>${measured?.rows ?? 0} rows, ${measured?.churned ?? 0} churned</small></h3>
<table><tr><th></th>${METRIC_NAMES.map((name) => `<th>${text(name.replaceAll('_', ' '))}</th>`).join('')}</tr>${rows}</table>`;
  });
  const diagrams = card.reliability.map(
    ({ target, bins }) =>
      `<figure>${reliabilityDiagram(bins)}<figcaption>Reliability, ${text(target)}</figcaption></figure>`,
  );
  const slices = (['training', 'validation', 'test'] as const).map((name) => {
    const { rows, accounts, from, to } = card.split[name];
    return `<tr><th>${name}</th><td>${rows}</td><td>${accounts}</td><td>${text(from ?? '–')}</td><td>${text(to ?? '–')}</td></tr>`;
  });
  const tenants = card.tenants.map(
    (tenant) =>
      `<tr><th>${text(tenant.tenant_id)}</th><td>${tenant.rows}</td><td>${decimal(tenant.mean_probability)}</td><td>${decimal(tenant.observed_rate)}</td></tr>`,
  );
  const top = card.top_of_list.map(
    ({ share, rows, accounts, mean_probability, observed_rate }) =>
      `<tr><th>highest ${Math.round(share * 100)} %</th><td>${rows}</td><td>${accounts}</td><td>${decimal(mean_probability)}</td><td>${withInterval(observed_rate)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(card.name)}</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}td,th{padding:.2rem .7rem;border-bottom:1px solid #dde3ea;text-align:right}th:first-child{text-align:left}
small{color:#5b6b7b;font-weight:normal}.figures{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:18rem}svg{width:100%}svg text{font-size:11px;fill:#5b6b7b}
.axis,.ideal{fill:none;stroke:#9aa7b4}.ideal{stroke-dasharray:4 4}polyline{fill:none;stroke:#1f6feb}circle,rect{fill:#1f6feb}</style></head><body>
<h1>${text(card.name)} <small>trained ${text(card.trained_at.slice(0, 10))}, seed ${card.seed}</small></h1>
<p>${card.data.rows} labelled rows of ${card.data.accounts} accounts. Split ${text(card.split.method)}.
${card.members.map(({ family, share, epochs }) => `${text(family)} ${Math.round(share * 100)} % (${epochs} epochs)`).join(', ')}.
The shipped weights were fitted on ${card.production.fit.rows} rows${card.production.refitted ? ' after the recipe had been measured' : ''}.</p>
${card.notes.length === 0 ? '' : `<ul>${card.notes.map((note) => `<li>${text(note)}</li>`).join('')}</ul>`}
<h2>Quality on the test slice</h2>${quality.join('')}
<div class="figures">${diagrams.join('')}<figure>${liftChart(card.lift)}<figcaption>Times the base rate among the best-scored</figcaption></figure></div>
${top.length === 0 ? '' : `<h2>Top of the list</h2><table><tr><th></th><th>rows</th><th>accounts</th><th>mean forecast</th><th>churned</th></tr>${top.join('')}</table>`}
<h2>Slices</h2><table><tr><th></th><th>rows</th><th>accounts</th><th>from</th><th>to</th></tr>${slices.join('')}</table>
${tenants.length === 0 ? '' : `<h2>Tenants</h2><table><tr><th></th><th>rows</th><th>mean forecast</th><th>observed</th></tr>${tenants.join('')}</table>`}
<h2>Inputs</h2><p>Feature set ${text(card.feature_set.name)} v${card.feature_set.version}, ${card.feature_set.features} features.
${card.feature_set.dropped.length === 0 ? '' : `Not used: ${card.feature_set.dropped.map(({ feature, reason }) => `${text(feature)} (${text(reason)})`).join(', ')}.`}</p>
</body></html>
`;
}

function metricRow(name: string, evaluation: Evaluation | undefined): string {
  const cells = METRIC_NAMES.map((metric) => `<td>${withInterval(evaluation?.metrics[metric])}</td>`);
  return `<tr><th>${text(name)}</th>${cells.join('')}</tr>`;
}

function withInterval(measured: Metric | undefined): string {
  if (measured === undefined || measured.value === null) return '–';
  const interval =
    measured.low === null ? '' : ` <small>${decimal(measured.low)}–${decimal(measured.high)}</small>`;
  return `${decimal(measured.value)}${interval}`;
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function text(raw: string): string {
  return raw
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
