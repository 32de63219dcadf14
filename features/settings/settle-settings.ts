import { BadInput } from '../contract/failure.ts';
import type { FeatureSettings } from './feature-settings.ts';
import type { OwnSettings } from './own-settings.ts';
import type { Refuse } from './refuse.ts';
import { settleActivityKinds } from './settle-activity-kinds.ts';
import { settleEventKinds } from './settle-event-kinds.ts';
import { settleGrid } from './settle-grid.ts';

/**
 * The defaults with what a platform says instead.
 *
 * @param where Names what is at fault in a message: a file that is being imported, or else the raw tables.
 * @throws BadInput for the first thing that cannot be meant
 */
export function settleSettings(
  defaults: FeatureSettings,
  own: OwnSettings,
  where = 'raw.activity_kinds, raw.event_kinds and raw.feature_settings',
): FeatureSettings {
  const refuse: Refuse = (what, remedy) => {
    throw new BadInput({ where, what, remedy });
  };
  const activity_kinds = settleActivityKinds(defaults.activity_kinds, own.activity_kinds, refuse);
  return {
    activity_kinds,
    event_kinds: settleEventKinds(defaults, own.event_kinds, activity_kinds, refuse),
    ...settleGrid(defaults, own.feature_settings, refuse),
  };
}
