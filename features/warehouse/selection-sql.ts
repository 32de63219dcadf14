import { asOfDateSchema } from '../contract/as-of-date.ts';
import { OperationFailed } from '../contract/failure.ts';
import type { ColumnDefinition, ColumnType, KeyFilter, KeyValue, Relation, Selection } from './warehouse.ts';
import { relationName } from './warehouse.ts';

/** What differs between engines when a selection becomes SQL. */
export interface SqlDialect {
  /** An identifier as the engine wants it quoted; the name has been checked before. */
  quote(identifier: string): string;
  /** The selected expression for a column, given quoted; not aliased. */
  project(quoted: string, column: ColumnDefinition): string;
  /** Placeholder of the n-th (1-based) bound value, converted to the column's type. */
  parameter(position: number, type: ColumnType): string;
}

export interface SqlStatement {
  readonly text: string;
  readonly parameters: readonly KeyValue[];
}

/**
 * A selection as one SELECT with bound values. The only SELECT that the application ever writes.
 * `known` are the relation's columns as the warehouse describes them; a column outside them is refused.
 *
 * @example select "account_id" from "raw"."accounts" where "tenant_id" = ? order by "account_id"
 */
export function selectionSql(
  selection: Selection,
  known: readonly ColumnDefinition[],
  dialect: SqlDialect,
): SqlStatement {
  const columnNamed = columnLookup(selection.relation, known);
  const parameters: KeyValue[] = [];
  const bind = (value: KeyValue, column: ColumnDefinition): string => {
    parameters.push(boundValue(value, column, selection.relation));
    return dialect.parameter(parameters.length, column.type);
  };
  const condition = ({ column: name, is, value }: KeyFilter): string => {
    const column = columnNamed(name);
    const quoted = quoteIdentifier(name, dialect);
    if (is !== 'in') return `${quoted} ${is} ${bind(single(value), column)}`;
    const values = Array.isArray(value) ? value : [value];
    if (values.length === 0) return 'false';
    return `${quoted} in (${values.map((one) => bind(one, column)).join(', ')})`;
  };

  if (selection.columns.length === 0) throw new TypeError('A selection needs at least one column');
  const columns = selection.columns.map((name) => {
    const quoted = quoteIdentifier(name, dialect);
    const expression = dialect.project(quoted, columnNamed(name));
    return expression === quoted ? quoted : `${expression} as ${quoted}`;
  });
  const conditions = selection.where.map(condition);
  const order = (selection.orderBy ?? []).map((name) => quoteIdentifier(columnNamed(name).name, dialect));
  const text = [
    `select ${selection.distinct ? 'distinct ' : ''}${columns.join(', ')}`,
    `from ${quoteRelation(selection.relation, dialect)}`,
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    order.length > 0 ? `order by ${order.join(', ')}` : '',
  ];
  return { text: text.filter(Boolean).join(' '), parameters };
}

export function quoteRelation(relation: Relation, dialect: Pick<SqlDialect, 'quote'>): string {
  return `${quoteIdentifier(relation.schema, dialect)}.${quoteIdentifier(relation.name, dialect)}`;
}

/** Names come from our own table definitions and the feature set; one that could end a quote is a defect. */
export function quoteIdentifier(identifier: string, dialect: Pick<SqlDialect, 'quote'>): string {
  if (identifier === '' || identifier.length > 255 || /["\p{Cc}]/u.test(identifier))
    throw new TypeError(`Not an identifier: ${JSON.stringify(identifier)}`);
  return dialect.quote(identifier);
}

/** What to run when a relation, or one of its columns, is not there. */
export function missingRelation(relation: Relation, what: string): OperationFailed {
  const remedy =
    relation.schema === 'analytics'
      ? 'run `churn features build`'
      : relation.schema === 'scores'
        ? 'run `churn score`'
        : 'run `churn import`, or `churn demo` for simulated data';
  return new OperationFailed({ what, where: relationName(relation), remedy });
}

function columnLookup(
  relation: Relation,
  known: readonly ColumnDefinition[],
): (name: string) => ColumnDefinition {
  if (known.length === 0) throw missingRelation(relation, 'there is no such table in the warehouse');
  const byName = new Map(known.map((column) => [column.name, column]));
  return (name) => {
    const column = byName.get(name);
    if (column === undefined) throw missingRelation(relation, `there is no column ${name}`);
    return column;
  };
}

function single(value: KeyFilter['value']): KeyValue {
  if (typeof value === 'object') throw new TypeError('A list of values needs the filter `in`');
  return value;
}

function boundValue(value: KeyValue, column: ColumnDefinition, relation: Relation): KeyValue {
  if (column.type === 'timestamp' && typeof value === 'number') return new Date(value).toISOString();
  if (column.type === 'date' && !asOfDateSchema.safeParse(value).success)
    throw new TypeError(
      `${relationName(relation)}.${column.name} is compared with ${JSON.stringify(value)}, which is not YYYY-MM-DD`,
    );
  return value;
}
