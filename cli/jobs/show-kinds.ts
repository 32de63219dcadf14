import { featureSetHash } from '../../features/contract/feature-set.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { featureSetOf, readBuiltSettings } from '../../features/marts/feature-set.ts';
import type { ColumnSettings } from '../../features/marts/unroll-loops.ts';
import type { ActivityKind } from '../../features/settings/feature-settings.ts';
import { readFeatureSettings } from '../../features/settings/read-feature-settings.ts';
import type { Relation, Warehouse } from '../../features/warehouse/warehouse.ts';

const EVENT_TYPES: Relation = { schema: 'analytics', name: 'event_types' };

export interface CountedEventType {
  readonly event_type: string;
  /** Null before the first build, which makes what counts them. */
  readonly event_count: number | null;
}

export interface ShownKind extends ActivityKind {
  /** What is mapped to it, the most frequent first. */
  readonly event_types: readonly CountedEventType[];
}

export interface ShownKinds {
  readonly kinds: readonly ShownKind[];
  /** Types that occurred and that nothing maps; they count as `other`. */
  readonly unmapped: readonly CountedEventType[];
  /** Of all events, those of unmapped types, 0 to 1; null where there is none. */
  readonly unmapped_share: number | null;
  readonly window_days: readonly number[];
  /** The first of the regular as-of dates, and their distance in days. */
  readonly grid_start: string;
  readonly grid_step_days: number;
  readonly notes: readonly string[];
}

/** The settings as the next build takes them, with what the raw events hold of each type. */
export async function showKinds(warehouse: Warehouse, tenant?: TenantId): Promise<ShownKinds> {
  const settings = await readFeatureSettings(warehouse);
  const isBuilt = (await warehouse.describe(EVENT_TYPES)).length > 0;
  const counts = isBuilt ? await countEvents(warehouse, tenant) : new Map<string, number>();
  const counted = (types: readonly string[]): CountedEventType[] =>
    types
      .map((event_type) => ({ event_type, event_count: isBuilt ? (counts.get(event_type) ?? 0) : null }))
      .sort((a, b) => (b.event_count ?? 0) - (a.event_count ?? 0) || (a.event_type < b.event_type ? -1 : 1));
  const unmapped = counted([...counts.keys()].filter((type) => !Object.hasOwn(settings.event_kinds, type)));
  const total = sumOf(counts.values());
  return {
    kinds: settings.activity_kinds.map((kind) => ({
      ...kind,
      event_types: counted(typesOf(settings.event_kinds, kind.activity_kind)),
    })),
    unmapped,
    unmapped_share: total === 0 ? null : sumOf(unmapped.map(({ event_count }) => event_count!)) / total,
    window_days: settings.window_days,
    grid_start: settings.grid_start,
    grid_step_days: settings.grid_step_days,
    notes: isBuilt
      ? await notBuiltYet(warehouse, settings)
      : ['events are counted by type once `churn features build` has run'],
  };
}

/** Kinds and windows are columns, so they count from the next build on. */
async function notBuiltYet(warehouse: Warehouse, settings: ColumnSettings): Promise<string[]> {
  const built = await readBuiltSettings(warehouse);
  const said = ({ activity_kinds, window_days }: ColumnSettings): string =>
    JSON.stringify([activity_kinds, window_days]);
  if (said(built) === said(settings)) return [];
  const hashOf = (some: ColumnSettings): string => featureSetHash(featureSetOf(some));
  return [
    hashOf(built) === hashOf(settings)
      ? 'the wording is not in the marts yet; run `churn features build`'
      : 'the marts have other kinds or windows; run `churn features build`, then `churn train`, as models know their own columns only',
  ];
}

function typesOf(eventKinds: Readonly<Record<string, string>>, kind: string): string[] {
  return Object.keys(eventKinds).filter((type) => eventKinds[type] === kind);
}

async function countEvents(warehouse: Warehouse, tenant: TenantId | undefined): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { rowCount, columns } of warehouse.read({
    relation: EVENT_TYPES,
    columns: ['event_type', 'event_count'],
    where: tenant === undefined ? [] : [{ column: 'tenant_id', is: '=', value: tenant }],
  })) {
    const types = columns.get('event_type')!.values;
    const ofType = columns.get('event_count')!.values;
    for (let row = 0; row < rowCount; row++) {
      const type = String(types[row]);
      counts.set(type, (counts.get(type) ?? 0) + Number(ofType[row]));
    }
  }
  return counts;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
