import { type AsOfDate, asOfDateSchema, toEpochDay } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { type Cell, columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import type {
  ColumnBatch,
  RowSource,
  TableChange,
  TableDefinition,
  Warehouse,
} from '../../features/warehouse/warehouse.ts';

export const tenant = (id: string): TenantId => tenantIdSchema.parse(id);
export const day = (date: string): AsOfDate => asOfDateSchema.parse(date);

const TENANT = { name: 'tenant_id', type: 'text', nullable: false } as const;
const ACCOUNT = { name: 'account_id', type: 'text', nullable: false } as const;
const AS_OF = { name: 'as_of_date', type: 'date', nullable: false } as const;

const accountFeatures: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_features' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date'],
  columns: [
    TENANT,
    ACCOUNT,
    AS_OF,
    { name: 'mrr', type: 'number', nullable: true },
    { name: 'billing_currency', type: 'text', nullable: true },
    { name: 'renews_at', type: 'timestamp', nullable: true },
    { name: 'active_days_28d', type: 'integer', nullable: true },
    { name: 'open_tickets', type: 'number', nullable: true },
    { name: 'plan', type: 'text', nullable: true },
  ],
};

/** Twelve weekly counts, the latest first: what pages show beside the three features. */
export const WEEK_COLUMNS = Array.from(
  { length: 12 },
  (_, at) =>
    ({ name: `events_week_${String(at + 1).padStart(2, '0')}`, type: 'number', nullable: true }) as const,
);

const tenantProfiles: TableDefinition = {
  relation: { schema: 'analytics', name: 'tenant_profiles' },
  keyColumns: ['tenant_id'],
  columns: [
    TENANT,
    { name: 'churn_definition', type: 'text', nullable: false },
    { name: 'silent_days', type: 'integer', nullable: false },
    { name: 'grace_days', type: 'integer', nullable: false },
  ],
};

const tenantAsOfDates: TableDefinition = {
  relation: { schema: 'analytics', name: 'tenant_as_of_dates' },
  keyColumns: ['tenant_id', 'as_of_date'],
  columns: [TENANT, AS_OF, { name: 'is_grid_date', type: 'boolean', nullable: false }],
};

const accountProfiles: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_profiles' },
  keyColumns: ['tenant_id', 'account_id'],
  columns: [
    TENANT,
    ACCOUNT,
    { name: 'name', type: 'text', nullable: true },
    { name: 'segment', type: 'text', nullable: true },
    { name: 'region', type: 'text', nullable: true },
    { name: 'owner', type: 'text', nullable: true },
    { name: 'created_at', type: 'timestamp', nullable: false },
  ],
};

const weeklyActivity: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_weekly_activity' },
  keyColumns: ['tenant_id', 'account_id', 'as_of_date'],
  columns: [
    TENANT,
    ACCOUNT,
    AS_OF,
    { name: 'counted_from', type: 'date', nullable: false },
    { name: 'weekly_events_by_kind', type: 'text', nullable: false },
  ],
};

const activityKinds: TableDefinition = {
  relation: { schema: 'analytics', name: 'activity_kinds' },
  keyColumns: ['activity_kind'],
  columns: [
    { name: 'position', type: 'integer', nullable: false },
    { name: 'activity_kind', type: 'text', nullable: false },
    { name: 'label', type: 'text', nullable: false },
  ],
};

/** One account in eight pays in euros. */
export function currencyOf(index: number): 'USD' | 'EUR' {
  return index % 8 === 5 ? 'EUR' : 'USD';
}

export interface SmallMarts {
  readonly tenants: Readonly<Record<string, number>>;
  readonly asOfDates: readonly string[];
  /** Where a tenant's dates end early. */
  readonly lastAsOfDate?: Readonly<Record<string, string>>;
  /** Tenants that have accounts and as-of dates, and nobody eligible. */
  readonly emptyTenants?: readonly string[];
  /** Whether the marts have `WEEK_COLUMNS`, too. */
  readonly hasWeeks?: boolean;
  /** Tenants whose accounts have a year of activity, of three kinds of which the third is never done. */
  readonly years?: readonly string[];
  /** By tenant; those without one have no profile. */
  readonly churnDefinitions?: Readonly<Record<string, 'contractual' | 'inactivity' | 'both'>>;
  /** Accounts that are not eligible any more at a date. */
  readonly isGone?: (tenantId: string, index: number, asOf: string) => boolean;
  /** Replaces the features of one account at one date. */
  readonly features?: (
    tenantId: string,
    index: number,
    asOf: string,
  ) => Partial<Record<'active_days_28d' | 'open_tickets' | 'plan' | 'mrr', Cell>>;
}

/** Writes marts with `tenants[id]` accounts per tenant, the same ones at every as-of date. */
export async function writeSmallMarts(warehouse: Warehouse, marts: SmallMarts): Promise<void> {
  const features: Record<string, Cell>[] = [];
  const dates: Record<string, Cell>[] = [];
  const profiles: Record<string, Cell>[] = [];
  const tenants = {
    ...marts.tenants,
    ...Object.fromEntries((marts.emptyTenants ?? []).map((id) => [id, 0])),
  };
  for (const [tenantId, accounts] of Object.entries(tenants)) {
    for (const [dateIndex, asOf] of marts.asOfDates.entries()) {
      if (asOf > (marts.lastAsOfDate?.[tenantId] ?? asOf)) continue;
      dates.push({ tenant_id: tenantId, as_of_date: toEpochDay(day(asOf)), is_grid_date: true });
      for (let index = 0; index < accounts; index++) {
        if (marts.isGone?.(tenantId, index, asOf)) continue;
        features.push({
          tenant_id: tenantId,
          account_id: accountId(index),
          as_of_date: toEpochDay(day(asOf)),
          mrr: index % 7 === 6 ? null : 100 + 10 * index,
          billing_currency: index % 7 === 6 ? null : currencyOf(index),
          renews_at: index % 5 === 4 ? null : Date.parse('2026-12-01T00:00:00Z') + index * 86_400_000,
          active_days_28d: (index * 5 + dateIndex * 3) % 29,
          open_tickets: index % 4,
          plan: ['basic', 'plus', null][index % 3]!,
          ...(marts.hasWeeks ? weeksOf(index) : {}),
          ...marts.features?.(tenantId, index, asOf),
        });
      }
    }
    for (let index = 0; index < Math.max(1, accounts); index++)
      profiles.push({
        tenant_id: tenantId,
        account_id: accountId(index),
        name: index === 3 ? null : `${tenantId} customer ${index}`,
        segment: ['smb', 'enterprise'][index % 2]!,
        region: 'emea',
        owner: ['ana', 'bo', null][index % 3]!,
        created_at: Date.parse('2025-01-01T00:00:00Z'),
      });
  }
  const featureColumns = [...accountFeatures.columns, ...(marts.hasWeeks ? WEEK_COLUMNS : [])];
  const definitions = Object.entries(marts.churnDefinitions ?? {});
  await warehouse.write([
    {
      mode: 'merge',
      table: { ...accountFeatures, columns: featureColumns },
      rows: only(columnBatchOfRows(featureColumns, features)),
    },
    ...(definitions.length === 0
      ? []
      : [
          {
            mode: 'merge',
            table: tenantProfiles,
            rows: only(
              columnBatchOfRows(
                tenantProfiles.columns,
                definitions.map(([tenantId, definition]) => ({
                  tenant_id: tenantId,
                  churn_definition: definition,
                  silent_days: 30,
                  grace_days: 1,
                })),
              ),
            ),
          } as const,
        ]),
    ...(marts.years === undefined
      ? []
      : yearsOf(features.filter(({ tenant_id }) => marts.years!.includes(String(tenant_id))))),
    { mode: 'merge', table: tenantAsOfDates, rows: only(columnBatchOfRows(tenantAsOfDates.columns, dates)) },
    {
      mode: 'merge',
      table: accountProfiles,
      rows: only(columnBatchOfRows(accountProfiles.columns, profiles)),
    },
  ]);
}

/** Messages in every week, fewer by the week for some; in one account of three some exports; in one of eleven nothing. */
function yearsOf(accounts: readonly Record<string, Cell>[]): TableChange[] {
  const kinds = ['messages', 'exports', 'reports'].map((label, at) => ({
    position: at + 1,
    activity_kind: label.slice(0, -1),
    label,
  }));
  const years = accounts.map(({ tenant_id, account_id, as_of_date }) => {
    const index = Number(String(account_id).slice(1));
    const messages = Array.from({ length: 52 }, (_, weeksAgo) => [
      weeksAgo,
      index % 2 === 0 ? 1 + 3 * weeksAgo : 12 + (weeksAgo % 3) + String(tenant_id).length,
    ]);
    const weeks = messages.map(([ago, events]) => `${String(ago).padStart(2, '0')}:${events}`);
    const counts = { message: weeks.join(' '), ...(index % 3 === 0 ? { export: '00:300 07:1' } : {}) };
    return {
      tenant_id: tenant_id!,
      account_id: account_id!,
      as_of_date: as_of_date!,
      counted_from: toEpochDay(day('2025-01-01')),
      weekly_events_by_kind: index % 11 === 10 ? '{}' : JSON.stringify(counts),
    };
  });
  return [
    { mode: 'merge', table: activityKinds, rows: only(columnBatchOfRows(activityKinds.columns, kinds)) },
    { mode: 'merge', table: weeklyActivity, rows: only(columnBatchOfRows(weeklyActivity.columns, years)) },
  ];
}

/** Activity that fades for some, is steady for others, and was never there for one in eleven. */
function weeksOf(index: number): Record<string, Cell> {
  const fades = index % 2 === 0;
  return Object.fromEntries(
    WEEK_COLUMNS.map(({ name }, at) => {
      const weeksAgo = at + 1;
      const events = index % 11 === 10 ? 0 : fades ? Math.max(0, weeksAgo * 3 - 9) : 12 + (weeksAgo % 3);
      return [name, events];
    }),
  );
}

export function accountId(index: number): string {
  return `a${String(index).padStart(5, '0')}`;
}

/** Rows of a table as objects, in the order of its key. */
export async function rowsOf(
  warehouse: Warehouse,
  table: TableDefinition,
  columns: readonly string[] = table.columns.map(({ name }) => name),
): Promise<Record<string, Cell>[]> {
  const rows: Record<string, Cell>[] = [];
  const selection = { relation: table.relation, columns: [...table.keyColumns, ...columns], where: [] };
  for await (const batch of warehouse.read({ ...selection, orderBy: table.keyColumns }))
    for (let row = 0; row < batch.rowCount; row++)
      rows.push(
        Object.fromEntries(columns.map((name) => [name, batch.columns.get(name)!.values[row] ?? null])),
      );
  return rows;
}

export function only(batch: ColumnBatch): RowSource {
  return {
    batches: {
      async *[Symbol.asyncIterator]() {
        yield batch;
      },
    },
  };
}
