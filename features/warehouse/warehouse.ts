import type { TenantId } from '../contract/tenant-id.ts';

/**
 * The warehouse port. It is deliberately not `query(sql)`: the application selects columns from a relation
 * with key filters, loads, and merges; every aggregation or join lives in dbt. Drivers turn these structures
 * into SQL. Outside them only features/files writes any, over files that people bring.
 */

/** Logical type of a column. Drivers map it to the engine's own types. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'text' | 'date' | 'timestamp' | 'json';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** For a column that a table of an earlier version lacks: it is added, and the rows that are there get this. */
  readonly forEarlierRows?: number | boolean | null;
}

/** `schema.table`, e.g. { schema: 'analytics', name: 'account_features' }. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
}

export interface TableDefinition {
  readonly relation: Relation;
  readonly columns: readonly ColumnDefinition[];
  /** Columns that identify a row; empty for an event log. */
  readonly keyColumns: readonly string[];
}

/**
 * One column of a batch. number, integer, boolean (0/1), date (days since 1970-01-01) and timestamp
 * (milliseconds since 1970-01-01 UTC) arrive as numbers with NaN for null; text and json as strings.
 */
export type BatchColumn =
  | {
      readonly kind: 'numeric';
      readonly type: Exclude<ColumnType, 'text' | 'json'>;
      readonly values: Float64Array;
    }
  | { readonly kind: 'text'; readonly type: 'text' | 'json'; readonly values: readonly (string | null)[] };

export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, BatchColumn>;
}

/** Batches that arrive one after the other, or are in memory already. */
export type Batches = AsyncIterable<ColumnBatch> | Iterable<ColumnBatch>;

export type KeyValue = string | number | boolean;

export interface KeyFilter {
  readonly column: string;
  /** `in` takes a list; dates are given as `YYYY-MM-DD`. */
  readonly is: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in';
  readonly value: KeyValue | readonly KeyValue[];
}

/** Columns of one relation, rows narrowed by key. All the reading the application ever does. */
export interface Selection {
  readonly relation: Relation;
  readonly columns: readonly string[];
  readonly where: readonly KeyFilter[];
  readonly orderBy?: readonly string[];
  /** Each combination of the selected columns once. */
  readonly distinct?: boolean;
}

/** Rows to be loaded, either a Parquet file whose columns match the table, or batches made in memory. */
export type RowSource = { readonly parquetFile: string } | { readonly batches: AsyncIterable<ColumnBatch> };

/** Rows that share the given values of some columns. A list of values means any of them. */
export type Partition = readonly {
  readonly column: string;
  readonly value: KeyValue | readonly KeyValue[];
}[];

/**
 * One change of one table inside an atomic write.
 * - `append`: rows are added.
 * - `appendVersions`: rows are added that the table does not hold yet. A row with a `valid_from` is held when a row with the
 *   same values is there, whenever it was loaded; one without is held when the version of its key that was loaded last
 *   has the same values. In a table without `valid_from` any row with the same values holds it.
 * - `merge`: rows replace those with the same `keyColumns`; equal rows are left untouched.
 * - `replacePartition`: like merge, and rows of the partition that the source no longer has are removed. Every
 *   source row must lie in the partition, else the write is refused.
 * - `appendRevisions`: a row is added that differs from the latest revision of its key, as the next revision. Nothing that is
 *   there changes. The last of the `keyColumns` numbers the revisions from 1 on; the source says 1 in each row. Every source
 *   row must lie in the partition.
 */
export type TableChange =
  | { readonly mode: 'append'; readonly table: TableDefinition; readonly rows: RowSource }
  | {
      readonly mode: 'appendVersions';
      readonly table: TableDefinition;
      readonly rows: RowSource;
      /** Columns that identify what a row is a version of; they may be null. None: rows are not told apart, and may come twice. */
      readonly versionKey: readonly string[];
    }
  | { readonly mode: 'merge'; readonly table: TableDefinition; readonly rows: RowSource }
  | {
      readonly mode: 'replacePartition';
      readonly table: TableDefinition;
      readonly rows: RowSource;
      readonly partition: Partition;
      /** Columns that are not compared, e.g. `scored_at` and `run_id`: rows that differ only there count as equal. */
      readonly ignoreWhenComparing?: readonly string[];
    }
  | {
      readonly mode: 'appendRevisions';
      readonly table: TableDefinition;
      readonly rows: RowSource;
      /** Where the earlier revisions are looked for. */
      readonly partition: Partition;
      readonly ignoreWhenComparing?: readonly string[];
    };

/** Rows of one change: read from the source, and what became of them. read = inserted + updated + unchanged. */
export interface ChangeOutcome {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
}

/** Whose rows: a tenant's, or those of one of its accounts. */
export interface RowOwner {
  readonly tenantId: TenantId;
  readonly accountId: string | null;
}

/** Rows of a table whose day or time in one column lies before a moment. Rows without one are none of them. */
export interface RowsBefore {
  readonly relation: Relation;
  /** A date or a timestamp. */
  readonly column: string;
  readonly before: Date;
}

/** What can be read, and not written: a warehouse, or files that stand in for one. */
export interface ReadableWarehouse {
  /** Columns of a relation in order; empty when it does not exist. */
  describe(relation: Relation): Promise<readonly ColumnDefinition[]>;

  /** Streams a selection in columnar batches of the driver's size (≤ 65 536 rows). */
  read(selection: Selection): AsyncIterable<ColumnBatch>;

  /** Bulk read: replaces one Parquet file by the selection, in whole or not at all, and counts its rows. */
  exportParquet(selection: Selection, file: string): Promise<{ readonly rowCount: number }>;

  /**
   * A text that is another one once rows of the relations have come or gone, found out without reading them; null where the
   * engine cannot tell. Rows that changed in place may go unseen.
   */
  changeMark(relations: readonly Relation[]): Promise<string | null>;

  close(): Promise<void>;
}

export interface Warehouse extends ReadableWarehouse {
  readonly engine: 'duckdb' | 'snowflake';

  /** Creates the table when absent, adds columns that came with a later version, and refuses one with other columns. */
  ensureTable(table: TableDefinition): Promise<void>;

  /**
   * All changes become visible together, or none. Before the commit keys are checked to be unique and present, rows
   * to lie in their partition, and row counts to add up.
   */
  write(changes: readonly TableChange[]): Promise<readonly ChangeOutcome[]>;

  /**
   * Removes an owner's rows from all the tables or, after a failure, from none. Every table must have the columns that name
   * the owner.
   *
   * @returns rows removed from each table
   */
  deleteRowsOf(owner: RowOwner, tables: readonly Relation[]): Promise<readonly number[]>;

  /**
   * Removes what retention no longer keeps, from all the tables or, after a failure, from none. Rows of an owner and rows
   * before a moment are all that is ever deleted.
   *
   * @returns rows removed from each table
   */
  deleteRowsBefore(tables: readonly RowsBefore[]): Promise<readonly number[]>;
}

/** A column that a model promises, with its type as dbt writes it. */
export interface ContractColumn {
  readonly name: string;
  readonly type: string;
}

/** How a large table may be split to be built in bounded memory. */
export interface Portions {
  /** Whose rows are counted to make portions of about the same size; it is built before. */
  readonly relation: Relation;
  /** A column of both, never null: a portion holds the rows of a range of it. */
  readonly column: string;
  /** A portion has so many rows at most; a value with more is one of its own. The engine has a default. */
  readonly rows?: number;
}

/** A relation built by running one compiled transformation. */
export interface Transformation {
  readonly relation: Relation;
  readonly as: 'table' | 'view';
  /** A complete SELECT; written by dbt, never by the application. */
  readonly sql: string;
  /**
   * Replaces the rows of these slices by the SELECT's instead of the whole table: those that share the values of `columns`
   * with a row of `relation`, which is built before.
   */
  readonly slices?: { readonly relation: Relation; readonly columns: readonly string[] } | undefined;
  /** Of a table that is too wide to be built at once: the same rows come out, in as many steps as it takes. */
  readonly portions?: Portions | undefined;
  /** Columns in which no value may occur twice. */
  readonly uniqueColumns?: readonly string[] | undefined;
  /** What has to come out, in order; a build that differs fails. Empty or left out for a model without a contract. */
  readonly contract?: readonly ContractColumn[];
}

/** One relation, built and not yet committed. */
export interface BuiltRelation {
  readonly relation: Relation;
  readonly seconds: number;
  /** Reads what the transaction holds so far. */
  read(selection: Selection): AsyncIterable<ColumnBatch>;
}

export interface TransformOptions {
  /** Tables that go before anything else, in the same transaction; absent ones are no matter. */
  readonly dropped?: readonly Relation[];
  /** Emptied before anything else, in the same transaction. */
  readonly emptied?: readonly Relation[];
  /** Written before the first relation is built, in the same transaction. */
  readonly changes?: readonly TableChange[];
  /** Called after each relation and waited for. What it throws undoes everything. */
  readonly onBuilt?: (built: BuiltRelation) => void | Promise<void>;
}

/** Rows of every table that a copied warehouse holds, by its name with the schema. */
export type TableRows = Readonly<Record<string, number>>;

/** An engine inside this process can also stand in for dbt and run its compiled models. */
export interface EmbeddedWarehouse extends Warehouse {
  readonly engine: 'duckdb';
  /** Of the engine, such as `v1.5.6`; what it computes may differ in another. */
  readonly engineVersion: string;
  /** Builds all in the given order in one transaction: after a crash either every mart is new or none is. */
  transform(transformations: readonly Transformation[], options?: TransformOptions): Promise<void>;
  /**
   * Writes everything into one new file, as it is now, and compares the two row by row.
   *
   * @throws OperationFailed where they differ; the file is removed then
   */
  copyTo(file: string): Promise<TableRows>;
  /** Reads how many rows each table has. */
  countRows(): Promise<TableRows>;
}

/** Whether the engine runs in this process, so that this process builds the marts and holds the only copy. */
export function isEmbedded(warehouse: Warehouse): warehouse is EmbeddedWarehouse {
  return warehouse.engine === 'duckdb';
}

/** @example relationName({ schema: 'raw', name: 'accounts' }) // 'raw.accounts' */
export function relationName(relation: Relation): string {
  return `${relation.schema}.${relation.name}`;
}
