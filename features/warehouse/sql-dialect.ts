import type { ColumnDefinition, ColumnType, KeyValue, Relation } from './warehouse.ts';

/** What differs between engines when the port's structures become SQL. */
export interface SqlDialect {
  /** An identifier as the engine wants it quoted; the name has been checked before. */
  quote(identifier: string): string;
  /** The selected expression for a column, given quoted; not aliased. */
  project(quoted: string, column: ColumnDefinition): string;
  /** Placeholder of the n-th (1-based) bound value, converted to the column's type. */
  parameter(position: number, type: ColumnType): string;
  /** An expression whose values the engine can compare, for a column's values in a table. */
  comparable(expression: string, type: ColumnType): string;
}

export interface SqlStatement {
  readonly text: string;
  readonly parameters: readonly KeyValue[];
}

export function quoteRelation(relation: Relation, dialect: Pick<SqlDialect, 'quote'>): string {
  return `${quoteIdentifier(relation.schema, dialect)}.${quoteIdentifier(relation.name, dialect)}`;
}

/** Names come from our own table definitions and the feature set, so one that could end a quote is a defect. */
export function quoteIdentifier(identifier: string, dialect: Pick<SqlDialect, 'quote'>): string {
  if (identifier === '' || identifier.length > 255 || /["\p{Cc}]/u.test(identifier))
    throw new TypeError(`Not an identifier: ${JSON.stringify(identifier)}`);
  return dialect.quote(identifier);
}
