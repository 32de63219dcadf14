import { OperationFailed } from '../contract/failure.ts';
import { type ColumnDefinition, relationName, type TableDefinition } from './warehouse.ts';

/** Columns that a table of an earlier version lacks and that can be added. */
export function addedColumns(
  { columns }: TableDefinition,
  existing: readonly ColumnDefinition[],
): readonly ColumnDefinition[] {
  const held = new Set(existing.map(({ name }) => name));
  return columns.filter(({ name, forEarlierRows }) => forEarlierRows !== undefined && !held.has(name));
}

/** @throws OperationFailed when the table in the warehouse has other columns than its definition */
export function checkColumns(
  table: TableDefinition,
  existing: readonly ColumnDefinition[],
  remedy: string,
): void {
  const found = existing.map(({ name, type }) => `${name} ${type}`).sort();
  const wanted = table.columns.map(({ name, type }) => `${name} ${type}`).sort();
  if (found.join() === wanted.join()) return;
  const unexpected = found.filter((column) => !wanted.includes(column));
  const lacking = wanted.filter((column) => !found.includes(column));
  throw new OperationFailed({
    where: relationName(table.relation),
    what: `the table has other columns than this version writes (has ${unexpected.join(', ') || 'nothing else'}, lacks ${lacking.join(', ') || 'nothing'})`,
    remedy,
  });
}

/** @throws OperationFailed when some of the rows to be appended have keys that the table has already */
export function checkAllNew({ relation }: TableDefinition, read: number, inserted: number): void {
  if (inserted < read)
    throw new OperationFailed({
      where: relationName(relation),
      what: `${read - inserted} of ${read} rows to append are already there`,
      remedy: 'merge them instead, or leave them out',
    });
}
