/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { TenantChampionChange, TenantModelCard } from '../champions/tenant-model-card.ts';
import { day } from './format.ts';

const ACTIONS = {
  promote: 'serves from then on',
  rollback: 'came back',
  challenge: 'is compared with the one that serves',
} as const satisfies Record<TenantChampionChange['action'], string>;

/** Which version served when. Who decided and why stands there for readers whom it may be told. */
export function ModelChanges({ changes }: Pick<TenantModelCard, 'changes'>) {
  return (
    <section class="card">
      <h2>Versions</h2>
      {changes === null || changes.length === 0 ? (
        <p class="dim">
          {changes === null
            ? 'The record of earlier versions cannot be read right now.'
            : 'No change of versions is on record.'}
        </p>
      ) : (
        <section class="scroll" tabindex={0} aria-label="Changes of the model that serves, the newest first">
          <table class="stacked">
            <caption class="unseen">Changes of the model that serves, the newest first</caption>
            <thead>
              <tr>
                <th scope="col">On</th>
                <th scope="col">Version</th>
                <th scope="col">What</th>
                {hasNotes(changes) ? (
                  <>
                    <th scope="col">By</th>
                    <th scope="col">Why</th>
                  </>
                ) : null}
              </tr>
            </thead>
            <tbody>
              {changes.map(({ at, name, version, action, note }) => (
                <tr>
                  <td class="nowrap">{day(at)}</td>
                  <th scope="row" class="nowrap">
                    {name} {version}
                  </th>
                  <td>{ACTIONS[action]}</td>
                  {note === null ? null : (
                    <>
                      <td data-label="By">{note.by}</td>
                      <td data-label="Why">{note.reason}</td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function hasNotes(changes: readonly TenantChampionChange[]): boolean {
  return changes.some(({ note }) => note !== null);
}
