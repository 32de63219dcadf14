import type { ChampionChange } from '../../models/registry/champion-record.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';
import { renderTable } from './render-table.ts';

const ACTIONS: Readonly<Record<ChampionChange['action'], string>> = {
  promote: 'promoted',
  rollback: 'rolled back to',
  challenge: 'challenger',
};

/** Who served a scope, newest last. */
export function describeHistory(scope: string, changes: readonly ChampionChange[]): string {
  if (changes.length === 0) return `nothing was ever promoted for ${scope}`;
  return renderTable(
    ['when', 'what', 'model', 'served before', 'by', 'why'],
    changes.map(({ at, action, subject, previous, by, reason, forced }) => [
      at.slice(0, 16).replace('T', ' '),
      ACTIONS[action] + (forced ? ' by force' : ''),
      referenceText(subject),
      previous === null ? '–' : referenceText(previous),
      by,
      reason,
    ]),
  );
}

function referenceText({ name, version }: VersionReference): string {
  return `${name}@${version}`;
}
