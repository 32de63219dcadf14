import { asOfDateSchema } from '../contract/as-of-date.ts';
import { missingRelation } from './missing-relation.ts';
import { quoteIdentifier, quoteRelation, type SqlDialect, type SqlStatement } from './sql-dialect.ts';
import type { ColumnDefinition, KeyFilter, KeyValue, Relation, Selection } from './warehouse.ts';
import { relationName } from './warehouse.ts';

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
