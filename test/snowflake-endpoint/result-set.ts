import {
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A column as the protocol describes it. */
export interface ResultColumn {
  readonly name: string;
  readonly type: 'text' | 'fixed' | 'real' | 'boolean' | 'date' | 'timestamp_ntz' | 'variant';
  readonly scale?: number;
}

export interface ResultSet {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export const NOTHING: ResultSet = resultOf({ status: ['Statement executed successfully.'] });

/** Rows given as columns of equal length. @example resultOf({ 'number of rows inserted': [3] }) */
export function resultOf(columns: Readonly<Record<string, readonly (string | number | null)[]>>): ResultSet {
  const names = Object.keys(columns);
  const rowCount = columns[names[0]!]?.length ?? 0;
  return {
    columns: names.map((name) => ({
      name,
      type: typeof columns[name]![0] === 'number' ? 'fixed' : 'text',
      scale: 0,
    })),
    rows: Array.from({ length: rowCount }, (_, row) =>
      names.map((name) => {
        const value = columns[name]![row] ?? null;
        return value === null ? null : String(value);
      }),
    ),
  };
}

export async function queryDuckDb(
  connection: DuckDBConnection,
  sql: string,
  binds: DuckDBValue[],
): Promise<ResultSet> {
  const reader = await connection.runAndReadAll(sql, binds);
  const types = reader.columnTypes();
  return {
    columns: reader.columnNames().map((name, index) => ({ name, ...typeOf(types[index]!) })),
    rows: reader.getRows().map((row) => row.map(cell)),
  };
}

function typeOf(type: DuckDBType): Pick<ResultColumn, 'type' | 'scale'> {
  if (type.alias === 'JSON') return { type: 'variant' };
  switch (type.typeId) {
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.FLOAT:
      return { type: 'real' };
    case DuckDBTypeId.BOOLEAN:
      return { type: 'boolean' };
    case DuckDBTypeId.DATE:
      return { type: 'date' };
    case DuckDBTypeId.TIMESTAMP:
      return { type: 'timestamp_ntz', scale: 9 };
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.SQLNULL:
      return { type: 'text' };
    case DuckDBTypeId.DECIMAL:
      return { type: 'fixed', scale: (type as unknown as { scale: number }).scale };
    default:
      return { type: 'fixed', scale: 0 };
  }
}

function cell(value: DuckDBValue): string | null {
  if (value === null) return null;
  if (value instanceof DuckDBDateValue) return String(value.days);
  if (value instanceof DuckDBTimestampValue) {
    const seconds = value.micros / 1_000_000n;
    const rest = value.micros % 1_000_000n;
    const [whole, fraction] = rest < 0n ? [seconds - 1n, rest + 1_000_000n] : [seconds, rest];
    return `${whole}.${String(fraction * 1000n).padStart(9, '0')}`;
  }
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}
