import type { FeatureSet } from '../contract/feature-set.ts';
import { activityKindSchema } from '../settings/feature-settings.ts';
import { rowsOfBatches } from '../warehouse/rows-of-batches.ts';
import type { Relation, Warehouse } from '../warehouse/warehouse.ts';
import { readMartsManifest } from './marts-manifest.ts';
import { renderFeatureSet } from './render-feature-set.ts';
import type { ColumnSettings } from './unroll-loops.ts';

/** The kinds that the marts were built with; present once they are built. */
export const ACTIVITY_KINDS: Relation = { schema: 'analytics', name: 'activity_kinds' };
const FEATURE_WINDOWS: Relation = { schema: 'analytics', name: 'feature_windows' };

/**
 * The feature set of the marts as they were built, in model order. It is declared in
 * features/dbt/models/marts/account_features.yml; the kinds and windows are those of the build.
 */
export async function loadFeatureSet(warehouse: Warehouse): Promise<FeatureSet> {
  return featureSetOf(await readBuiltSettings(warehouse));
}

/** The feature set that a build makes under the given kinds and windows. */
export function featureSetOf(settings: ColumnSettings): FeatureSet {
  const { models, feature_set } = readMartsManifest(settings);
  const { columns } = models.find(({ name }) => name === 'account_features')!;
  return renderFeatureSet(
    feature_set,
    columns.map(({ name }) => name),
    settings,
  );
}

/** The kinds and windows that the marts were built with. */
export async function readBuiltSettings(warehouse: Warehouse): Promise<ColumnSettings> {
  const kinds = await rowsOfBatches(
    warehouse.read({
      relation: ACTIVITY_KINDS,
      columns: ['position', 'activity_kind', 'label', 'unit', 'risk_when', 'play_up', 'play_down'],
      where: [],
      orderBy: ['position'],
    }),
  );
  const windows = await rowsOfBatches(
    warehouse.read({
      relation: FEATURE_WINDOWS,
      columns: ['window_days'],
      where: [],
      orderBy: ['window_days'],
    }),
  );
  return {
    activity_kinds: kinds.map((row) => activityKindSchema.parse(row)),
    window_days: windows.map(({ window_days }) => Number(window_days)),
  };
}
