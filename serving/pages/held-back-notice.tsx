/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Summary } from '../read-model/score-documents.ts';
import { count } from './format.ts';

/** Says how old scores are and why, where newer ones were held back. */
export function HeldBackNotice({ heldBack }: { readonly heldBack: Summary['held_back'] }) {
  if (heldBack === null) return null;
  const { as_of_date, days_behind, gates } = heldBack;
  const age = days_behind === 1 ? 'one day' : `${count(days_behind)} days`;
  return (
    <p class="notice">
      {days_behind === 0 ? 'These scores stand' : `These scores are ${age} old`}: those of {as_of_date} were
      held back
      {gates.length === 0 ? '' : `, because of the data (${gates.join(', ')})`}.
    </p>
  );
}
