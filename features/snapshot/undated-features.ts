import { z } from 'zod';
import type { FeatureSet } from '../contract/feature-set.ts';
import { rowsOfBatches } from '../warehouse/rows-of-batches.ts';
import type { KeyFilter, Relation, Warehouse } from '../warehouse/warehouse.ts';

const UNDATED_VERSIONS: Relation = { schema: 'analytics', name: 'undated_versions' };

/** In so many rows a feature may show a later state before it is left out of training: what is left of a first load fades. */
const MOST_SHARE = 0.1;

/** A feature that in some rows shows the state of a later day, because its source keeps no history. */
export const undatedFeatureSchema = z.object({
  feature: z.string(),
  /** The raw table and field that it reads, such as `subscriptions.seats`. */
  state_of: z.string(),
  /** Of the snapshot's rows, those before the state was loaded. */
  share_of_rows: z.number(),
  /** Whether training leaves it out. */
  is_left_out: z.boolean(),
});

export type UndatedFeature = z.infer<typeof undatedFeatureSchema>;

/** How many rows of a snapshot a tenant has at each as-of date, by epoch day. */
export type RowsByDay = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** In feature-set order; none where every source says since when its rows hold, or was loaded as it happened. */
export async function readUndatedFeatures(
  warehouse: Warehouse,
  featureSet: FeatureSet,
  scope: readonly KeyFilter[],
  rows: RowsByDay,
): Promise<readonly UndatedFeature[]> {
  // Marts of an earlier version do not say.
  if ((await warehouse.describe(UNDATED_VERSIONS)).length === 0) return [];
  const undated = await rowsOfBatches(
    warehouse.read({
      relation: UNDATED_VERSIONS,
      columns: ['table_name', 'tenant_id', 'dated_from', 'undated_count', 'thing_count'],
      where: scope,
    }),
  );
  const rowCount = sum([...rows.values()].flatMap((days) => [...days.values()]));
  const undatedRows = new Map<string, number>();
  for (const { table_name, tenant_id, dated_from, undated_count, thing_count } of undated) {
    const days = rows.get(String(tenant_id)) ?? new Map<number, number>();
    const before = sum([...days].flatMap(([day, count]) => (day < Number(dated_from) ? [count] : [])));
    const table = String(table_name);
    const share = Number(undated_count) / Number(thing_count);
    undatedRows.set(table, (undatedRows.get(table) ?? 0) + before * share);
  }
  return featureSet.features.flatMap(({ name, state_of }) => {
    const share = (undatedRows.get(state_of?.split('.')[0] ?? '') ?? 0) / rowCount;
    if (state_of === undefined || share === 0) return [];
    return [
      {
        feature: name,
        state_of,
        share_of_rows: Number(share.toFixed(4)),
        is_left_out: share > MOST_SHARE,
      },
    ];
  });
}

/** @example describeUndated(undated) // '3 features are left out, because in 92 % of the rows … (accounts: region, segment; …); …' */
export function describeUndated(undated: readonly UndatedFeature[]): string {
  const tables = new Map<string, string[]>();
  for (const { feature, state_of } of undated) {
    const table = state_of.split('.')[0]!;
    tables.set(table, [...(tables.get(table) ?? []), feature]);
  }
  const names = Array.from(tables, ([table, features]) => `${table}: ${features.join(', ')}`);
  const share = Math.max(...undated.map(({ share_of_rows }) => share_of_rows));
  const are = undated.length === 1 ? '1 feature is' : `${undated.length} features are`;
  return `${are} left out, because in ${Math.round(100 * share)} % of the rows they show the state that their source had later (${names.join('; ')}); they are learnt from once nights have kept their history, or import rows with valid_from`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
