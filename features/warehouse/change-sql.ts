import { quoteIdentifier, quoteRelation, type SqlDialect, type SqlStatement } from './sql-dialect.ts';
import {
  type KeyValue,
  type Partition,
  relationName,
  type TableChange,
  type TableDefinition,
} from './warehouse.ts';

/** Merges staged rows into a change's table. Rows that differ are updated, except by an append. */
export function mergeSql(change: TableChange, staging: string, dialect: SqlDialect): string {
  const { table } = change;
  const quote = (name: string) => quoteIdentifier(name, dialect);
  const ignored = change.mode === 'replacePartition' ? (change.ignoreWhenComparing ?? []) : [];
  const values = table.columns.filter(({ name }) => !table.keyColumns.includes(name));
  const differs = differences(table, ignored, dialect);
  const assignments = values.map(({ name }) => `${quote(name)} = s.${quote(name)}`);
  return [
    `merge into ${quoteRelation(table.relation, dialect)} t using ${staging} s on ${sameKey(table, 't', dialect)}`,
    change.mode !== 'append' && differs.length > 0
      ? `when matched and (${differs.join(' or ')}) then update set ${assignments.join(', ')}`
      : '',
    `when not matched then insert (${columnList(table, dialect)})`,
    `values (${table.columns.map(({ name }) => `s.${quote(name)}`).join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Adds the staged rows that differ from the latest revision of their key, numbered on. */
export function appendRevisionsSql(
  { table, ignoreWhenComparing = [] }: Extract<TableChange, { mode: 'appendRevisions' }>,
  partition: SqlStatement,
  staging: string,
  dialect: SqlDialect,
): SqlStatement {
  const target = quoteRelation(table.relation, dialect);
  const quote = (name: string) => quoteIdentifier(name, dialect);
  const key = table.keyColumns.slice(0, -1).map(quote);
  const [revision, recency] = [quote(table.keyColumns.at(-1)!), quote('recency')];
  const ranked = `select *, rank() over (partition by ${key.join(', ')} order by ${revision} desc) as ${recency} from ${target} where ${partition.text}`;
  const numbered = table.columns.map(({ name }) =>
    quote(name) === revision
      ? `coalesce(t.${revision}, 0) + 1 as ${revision}`
      : `s.${quote(name)} as ${quote(name)}`,
  );
  const held = `t.${recency} = 1 and ${key.map((name) => `t.${name} = s.${name}`).join(' and ')}`;
  const differs = [`t.${revision} is null`, ...differences(table, ignoreWhenComparing, dialect)];
  const rows = `select ${numbered.join(', ')} from ${staging} s left join (${ranked}) t on ${held} where ${differs.join(' or ')}`;
  return {
    // A merge, since two of them wait for each other where two appends would not.
    text: [
      `merge into ${target} t using (${rows}) s on ${sameKey(table, 't', dialect)}`,
      `when not matched then insert (${columnList(table, dialect)})`,
      `values (${table.columns.map(({ name }) => `s.${quote(name)}`).join(', ')})`,
    ].join(' '),
    parameters: partition.parameters,
  };
}

/** Conditions of which one holds where a staged row `s` and one of the table `t` differ in what is no key. */
function differences(
  { columns, keyColumns }: TableDefinition,
  ignored: readonly string[],
  dialect: SqlDialect,
): string[] {
  return columns
    .filter(({ name }) => !keyColumns.includes(name) && !ignored.includes(name))
    .map(({ name, type }) => {
      const quoted = quoteIdentifier(name, dialect);
      const [old, now] = ['t', 's'].map((alias) => dialect.comparable(`${alias}.${quoted}`, type));
      return `${old} is distinct from ${now}`;
    });
}

/** Adds the staged versions that a change's table does not hold yet; `loaded_at` alone makes no version. */
export function appendVersionsSql(
  { table, versionKey }: Extract<TableChange, { mode: 'appendVersions' }>,
  staging: string,
  dialect: SqlDialect,
): string {
  const target = quoteRelation(table.relation, dialect);
  const quote = (name: string) => quoteIdentifier(name, dialect);
  const same = table.columns
    .filter(({ name }) => name !== 'valid_from' && name !== 'loaded_at')
    .map(({ name, type }) => {
      const [old, now] = ['t', 's'].map((alias) => dialect.comparable(`${alias}.${quote(name)}`, type));
      return `${old} is not distinct from ${now}`;
    });
  const insert = `insert into ${target} (${columnList(table, dialect)})`;
  const staged = `select ${table.columns.map(({ name }) => `s.${quote(name)}`).join(', ')} from ${staging} s`;
  if (!table.columns.some(({ name }) => name === 'valid_from'))
    return `${insert} ${staged} where not exists (select 1 from ${target} t where ${same.join(' and ')})`;
  const [validFrom, loadedAt, recency] = [quote('valid_from'), quote('loaded_at'), quote('recency')];
  const ranked = `select *, rank() over (partition by ${versionKey.map(quote).join(', ')} order by ${loadedAt} desc) as ${recency} from ${target}`;
  return [
    insert,
    staged,
    `where not exists (select 1 from (${ranked}) t where ${same.join(' and ')}`,
    `and (t.${validFrom} = s.${validFrom} or s.${validFrom} is null and t.${recency} = 1))`,
  ].join(' ');
}

/** Deletes the partition's rows whose keys the staged rows lack. */
export function deleteMissingSql(
  table: TableDefinition,
  partition: SqlStatement,
  staging: string,
  dialect: SqlDialect,
): SqlStatement {
  const own = quoteIdentifier(table.relation.name, dialect);
  return {
    text: `delete from ${quoteRelation(table.relation, dialect)} where ${partition.text} and not exists (select 1 from ${staging} s where ${sameKey(table, own, dialect)})`,
    parameters: partition.parameters,
  };
}

/** The condition that a row is in the partition. */
export function partitionSql(
  partition: Partition,
  table: TableDefinition,
  dialect: SqlDialect,
): SqlStatement {
  if (partition.length === 0) throw new TypeError('A partition needs at least one column');
  const parameters: KeyValue[] = [];
  const conditions = partition.map(({ column: name, value }) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new TypeError(`${relationName(table.relation)} has no column ${name}`);
    const placeholders = (Array.isArray(value) ? value : [value]).map((one: KeyValue) => {
      parameters.push(one);
      return dialect.parameter(parameters.length, column.type);
    });
    return placeholders.length > 0
      ? `${quoteIdentifier(name, dialect)} in (${placeholders.join(', ')})`
      : 'false';
  });
  return { text: `(${conditions.join(' and ')})`, parameters };
}

/** The condition that a row of the table and a staged row `s` have the same key. Keys are checked for nulls when staged. */
export function sameKey({ keyColumns }: TableDefinition, alias: string, dialect: SqlDialect): string {
  return keyColumns
    .map((name) => quoteIdentifier(name, dialect))
    .map((quoted) => `${alias}.${quoted} = s.${quoted}`)
    .join(' and ');
}

export function columnList({ columns }: TableDefinition, dialect: SqlDialect): string {
  return columns.map(({ name }) => quoteIdentifier(name, dialect)).join(', ');
}
