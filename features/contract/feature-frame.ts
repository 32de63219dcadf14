/** Numeric values, one per row; NaN is missing. Booleans are 0 and 1. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Dictionary-coded text, one code per row into `levels`; -1 is missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type FeatureColumn = NumberColumn | CategoryColumn;

/** Feature values by column, every column `rowCount` long. The only form in which models see data. */
export interface FeatureFrame {
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, FeatureColumn>;
}

/** The account and as-of date of each row of a frame. */
export interface AccountKeys {
  readonly tenantIds: CategoryColumn;
  readonly accountIds: readonly string[];
  /** Days since 1970-01-01. */
  readonly asOfEpochDays: Int32Array;
}

/**
 * A frame with what happened next.
 * `labels[k][row]` for the k-th target: 1 churned, 0 did not, NaN not known yet (window still open).
 * Targets are cumulative and ordered by horizon: churned within 30 d implies churned within 60 d.
 */
export interface LabelledFrame {
  readonly frame: FeatureFrame;
  readonly targets: readonly string[];
  readonly labels: readonly Float64Array[];
  /** Rows of one group are not independent (an account's as-of dates); splits and intervals keep them together. */
  readonly groups: Int32Array;
  /** Days since 1970-01-01, or null for a table without time. */
  readonly asOfEpochDays: Int32Array | null;
  /** Dictionary-coded tenant of each row, or null for a table without tenants. */
  readonly tenantIds: CategoryColumn | null;
}

/** The same tenant for every row. */
export function tenantOfAllRows(tenantId: string, rowCount: number): CategoryColumn {
  return { kind: 'category', codes: new Int32Array(rowCount), levels: [tenantId] };
}

/** A new frame with the given rows, in the given order. */
export function takeRows(frame: FeatureFrame, rows: Int32Array): FeatureFrame {
  const columns = new Map<string, FeatureColumn>();
  for (const [name, column] of frame.columns) columns.set(name, takeColumn(column, rows));
  return { rowCount: rows.length, columns };
}

/** The same rows with nothing known of the named features. */
export function withoutValuesOf(frame: FeatureFrame, features: readonly string[]): FeatureFrame {
  const columns = new Map(frame.columns);
  const unknown = new Float64Array(features.length > 0 ? frame.rowCount : 0).fill(Number.NaN);
  for (const name of features) {
    const { kind } = frame.columns.get(name)!;
    const noCodes = new Int32Array(kind === 'category' ? frame.rowCount : 0).fill(-1);
    columns.set(name, kind === 'number' ? { kind, values: unknown } : { kind, codes: noCodes, levels: [] });
  }
  return { rowCount: frame.rowCount, columns };
}

function takeColumn(column: FeatureColumn, rows: Int32Array): FeatureColumn {
  if (column.kind === 'number')
    return { kind: 'number', values: take(column.values, new Float64Array(rows.length), rows) };
  return {
    kind: 'category',
    codes: take(column.codes, new Int32Array(rows.length), rows),
    levels: column.levels,
  };
}

// A plain loop: the mapping form of `from` goes through the iterator protocol, ten times slower.
function take<Values extends Float64Array | Int32Array>(
  source: Values,
  taken: Values,
  rows: Int32Array,
): Values {
  for (let position = 0; position < rows.length; position++) taken[position] = source[rows[position]!]!;
  return taken;
}
