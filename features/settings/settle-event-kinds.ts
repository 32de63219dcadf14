import { closestName } from '../files/closest-name.ts';
import type { SmallRow } from '../warehouse/rows-of-batches.ts';
import type { ActivityKind, FeatureSettings } from './feature-settings.ts';
import type { Refuse } from './refuse.ts';
import { tidy } from './tidy.ts';

/** The platform's own map over the default one. Default types of a kind that is not in use are left to `other`. */
export function settleEventKinds(
  defaults: Pick<FeatureSettings, 'event_kinds'>,
  own: readonly SmallRow[],
  activityKinds: readonly ActivityKind[],
  refuse: Refuse,
): Record<string, string> {
  const known = activityKinds.map((kind) => kind.activity_kind);
  const settled = new Map(Object.entries(defaults.event_kinds).filter(([, kind]) => known.includes(kind)));
  const said = new Map<string, string>();
  for (const row of own) {
    const [type, kind] = [tidy(row.event_type), tidy(row.activity_kind)];
    if (!known.includes(kind)) {
      const closest = closestName(kind, known);
      refuse(
        `event type ${type} is mapped to ${kind}, which is no kind of activity`,
        closest === undefined
          ? `map it to one of ${known.join(', ')}, or declare ${kind} with \`churn import activity-kinds\` first`
          : `did you mean ${closest}? The kinds are ${known.join(', ')}`,
      );
    }
    const before = said.get(type);
    if (before !== undefined && before !== kind)
      refuse(
        `event type ${type} is mapped twice, to ${before} and to ${kind} (case and blanks around it do not count)`,
        'keep one of the two',
      );
    said.set(type, kind);
    settled.set(type, kind);
  }
  return Object.fromEntries(settled);
}
