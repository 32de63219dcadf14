import { defaultSettings } from './default-settings.ts';
import type { FeatureSettings } from './feature-settings.ts';

/** Vars of the dbt project, as `dbt build --vars` takes them. */
export interface DbtVars extends Pick<FeatureSettings, 'activity_kinds' | 'window_days'> {
  /** Whether account_features.yml spells these columns out; dbt can enforce its contract only then. */
  readonly has_declared_columns: boolean;
}

/**
 * What makes dbt build the same columns on Snowflake. The map of event types and the as-of dates are no vars: dbt reads
 * them from the raw tables.
 */
export function dbtVars({ activity_kinds, window_days }: FeatureSettings): DbtVars {
  const defaults = defaultSettings();
  const namesOf = (kinds: FeatureSettings['activity_kinds']): string =>
    kinds.map((kind) => kind.activity_kind).join();
  const has_declared_columns =
    namesOf(activity_kinds) === namesOf(defaults.activity_kinds) &&
    window_days.join() === defaults.window_days.join();
  return { has_declared_columns, window_days, activity_kinds };
}
