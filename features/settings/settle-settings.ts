import { BadInput } from '../contract/failure.ts';
import { closestName } from '../files/closest-name.ts';
import type { FeatureSettings } from './feature-settings.ts';
import type { OwnSettings } from './own-settings.ts';

/**
 * The defaults with what a platform says instead.
 *
 * @param where Names what is at fault in a message: a file that is being imported, or the raw tables.
 * @throws BadInput for the first thing that cannot be meant
 */
export function settleSettings(
  defaults: FeatureSettings,
  own: OwnSettings,
  where = 'raw.event_kinds',
): FeatureSettings {
  const { activity_kinds } = defaults;
  return { activity_kinds, event_kinds: settleEventKinds(defaults, own, where) };
}

function settleEventKinds(
  { activity_kinds, event_kinds }: FeatureSettings,
  own: OwnSettings,
  where: string,
): Record<string, string> {
  const known = activity_kinds.map((kind) => kind.activity_kind);
  const settled = new Map<string, string>();
  for (const row of own.event_kinds) {
    const [type, kind] = [tidy(row.event_type), tidy(row.activity_kind)];
    if (!known.includes(kind)) {
      const closest = closestName(kind, known);
      throw new BadInput({
        where,
        what: `event type ${type} is mapped to ${kind}, which is no kind of activity`,
        remedy:
          closest === undefined
            ? `map it to one of ${known.join(', ')}`
            : `did you mean ${closest}? The kinds are ${known.join(', ')}`,
      });
    }
    const before = settled.get(type);
    if (before !== undefined && before !== kind)
      throw new BadInput({
        where,
        what: `event type ${type} is mapped twice, to ${before} and to ${kind} (case and blanks around it do not count)`,
        remedy: 'keep one of the two',
      });
    settled.set(type, kind);
  }
  return { ...event_kinds, ...Object.fromEntries(settled) };
}

/** As dbt staging reads it. */
function tidy(value: string | number | null | undefined): string {
  return String(value ?? '')
    .trim()
    .toLowerCase();
}
