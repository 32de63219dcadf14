import type { SmallRow } from '../warehouse/rows-of-batches.ts';
import { type ActivityKind, activityKindSchema } from './feature-settings.ts';
import type { Refuse } from './refuse.ts';
import { tidy } from './tidy.ts';

/** The kind of whatever has no kind. It is always there and the last. */
const REST = 'other';

/** Names that columns and relations of the marts have already. */
const TAKEN = ['any', 'kind', 'tenant'];

const MOST_KINDS = 50;

/**
 * The default kinds, changed by the platform's rows, then the platform's own ones by name, then `other`. A row says only
 * what it changes; a new kind needs a label at least.
 */
export function settleActivityKinds(
  defaults: readonly ActivityKind[],
  own: readonly SmallRow[],
  refuse: Refuse,
): ActivityKind[] {
  const rows = new Map<string, SmallRow>();
  for (const row of own) {
    const name = tidy(row.activity_kind);
    checkName(name, refuse);
    if (rows.has(name))
      refuse(`kind ${name} comes twice (case and blanks around it do not count)`, 'keep one of the two');
    if (name === REST && row.in_use === 0)
      refuse(`kind ${REST} cannot be out of use`, 'it takes the event types that have no kind; drop the row');
    rows.set(name, row);
  }
  const isUsed = (name: string): boolean => rows.get(name)?.in_use !== 0;
  const defaultNames = defaults.map((kind) => kind.activity_kind);
  const added = [...rows.keys()].filter((name) => !defaultNames.includes(name)).sort();
  const byName = new Map(defaults.map((kind) => [kind.activity_kind, kind]));
  const names = [...defaultNames.filter((name) => name !== REST), ...added, REST].filter(isUsed);
  if (names.length > MOST_KINDS)
    refuse(
      `there are ${names.length} kinds of activity, and each makes a column for every window`,
      `keep ${MOST_KINDS} at most; set in_use to false for those that are not needed`,
    );
  return names.map((name) => settleKind(name, byName.get(name), rows.get(name), refuse));
}

function checkName(name: string, refuse: Refuse): void {
  if (!/^[a-z][a-z0-9_]{0,29}$/.test(name))
    refuse(
      `kind "${name}" cannot name columns`,
      'take a word of at most 30 letters a to z, digits and underscores that begins with a letter',
    );
  if (TAKEN.includes(name))
    refuse(`the name ${name} is taken by columns of another meaning`, 'take another name');
}

function settleKind(
  name: string,
  before: ActivityKind | undefined,
  row: SmallRow | undefined,
  refuse: Refuse,
): ActivityKind {
  const said = (column: keyof ActivityKind, otherwise: string): string => {
    const text = String(row?.[column] ?? '').trim() || (before?.[column] ?? otherwise);
    if (/[{}\\\p{Cc}]/u.test(text))
      refuse(
        `the ${column} of kind ${name} holds a brace, a backslash or a control character`,
        'write it without',
      );
    return text;
  };
  const label = said('label', '');
  if (label === '')
    refuse(`kind ${name} has no label`, 'say what people call it, in the plural: "lessons watched"');
  const risk_when = said('risk_when', 'low').toLowerCase();
  if (!(activityKindSchema.shape.risk_when.options as readonly string[]).includes(risk_when))
    refuse(`risk_when of kind ${name} is ${risk_when}`, 'say low, high or either');
  return activityKindSchema.parse({
    activity_kind: name,
    label,
    unit: said('unit', 'count'),
    risk_when,
    play_up: said('play_up', ''),
    play_down: said('play_down', ''),
  });
}
