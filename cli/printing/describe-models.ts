import { join } from 'node:path';
import type { LoadedModel, VersionSummary } from '../../models/registry/model-registry.ts';
import type { ModelScope } from '../../models/scoring/scoring-model.ts';
import { describeQuality, describeTop } from './describe-training.ts';
import { renderTable } from './render-table.ts';

export function describeVersions(versions: readonly VersionSummary[]): string {
  if (versions.length === 0) return 'no models yet; train one with `churn train`';
  return renderTable(
    ['model', 'scope', 'trained', 'AUC', 'log-loss', 'alias'],
    versions.map(({ name, version, scope, card, aliases, serves }) => {
      const longest = card.test.findLast(({ rows }) => rows > 0)?.metrics;
      return [
        `${name}@${version}`,
        scopeName(scope),
        card.trained_at.slice(0, 16).replace('T', ' '),
        decimal(longest?.auc?.value),
        decimal(longest?.log_loss?.value),
        aliases.map((alias) => (alias === 'champion' ? championText(serves) : alias)).join(', ') || '–',
      ];
    }),
  );
}

export function describeCard({ name, version, card }: LoadedModel, modelsDirectory: string): string {
  const facts = [
    ['scope', scopeName(card.scope)],
    [
      'trained',
      `${card.trained_at} in ${card.duration_seconds.toFixed(0)} s, seed ${card.seed}, ${card.backend}`,
    ],
    ['rows', `${card.data.rows} of ${card.data.accounts} accounts in ${card.data.tenants} tenants`],
    ['data', card.data.snapshot_hash],
    [
      'features',
      `${card.feature_set.name} v${card.feature_set.version}, ${card.feature_set.features} columns, ${card.feature_set.hash}`,
    ],
    ['split', card.split.method],
    ['members', card.members.map(({ family, share }) => `${family} ${Math.round(share * 100)} %`).join(', ')],
    ['code', card.git_commit ?? 'unknown commit'],
    ['report', join(modelsDirectory, name, version, 'report.html')],
  ];
  const quality = card.targets.map((target, index) =>
    describeQuality(target, [
      [name, card.test[index]],
      ...card.baselines.map((baseline) => [baseline.name, baseline.test[index]] as const),
    ]),
  );
  const notes = card.notes.map((note) => `note: ${note}`);
  return [
    `${name}@${version}`,
    facts.map(([title, value]) => `  ${title!.padEnd(9)} ${value}`).join('\n'),
    ...notes,
    ...quality,
    ...describeTop(card.top_of_list),
  ].join('\n\n');
}

export function describeComparison(models: readonly LoadedModel[]): string {
  const targets = [...new Set(models.flatMap(({ card }) => card.targets))];
  return targets
    .map((target) =>
      describeQuality(
        target,
        models.map(
          ({ name, version, card }) =>
            [`${name}@${version}`, card.test.find((evaluation) => evaluation.target === target)] as const,
        ),
      ),
    )
    .join('\n\n');
}

/** A model of tables serves whoever asks for it by its name, which goes without saying. */
function championText(serves: readonly string[]): string {
  const scopes = serves.filter((scope) => !scope.startsWith('table:'));
  return scopes.length === 0 ? 'champion' : `champion of ${scopes.join(', ')}`;
}

function scopeName(scope: ModelScope): string {
  return scope.kind === 'tenant' ? `tenant ${scope.tenantId}` : scope.kind;
}

function decimal(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(3);
}
