import { BadInput } from '../contract/failure.ts';
import type { TenantId } from '../contract/tenant-id.ts';
import { closestName } from '../files/closest-name.ts';
import type { FieldReading } from '../files/field-reading.ts';
import type { ColumnDefinition } from '../warehouse/warehouse.ts';
import type { ImportRules } from './importable-tables.ts';

const ONE_DAY_MS = 86_400_000;
/** Beyond that a quantity is a mistake, and sums of them would not be exact. */
const TOO_LARGE = 1e15;

export interface FieldMatch {
  readonly file: string;
  readonly fields: readonly string[];
  readonly rules: ImportRules;
  /** Our column → the file's field. */
  readonly columnMap: ReadonlyMap<string, string>;
  readonly ignore: readonly string[];
  readonly tenantId: TenantId | undefined;
  readonly now: Date;
}

/**
 * Decides where each column of a raw table comes from: a mapped field, the field of the same name, or a
 * default. A column that is left over on either side is refused by name.
 */
export function matchFields(match: FieldMatch): readonly FieldReading[] {
  checkOptions(match);
  const readings = match.rules.table.columns.map((column) => readingOf(column, match));
  const used = new Set(readings.flatMap(({ from }) => ('field' in from ? [from.field] : [])));
  const unknown = match.fields.filter((field) => !used.has(field) && !match.ignore.includes(field));
  if (unknown.length > 0)
    throw new BadInput({
      where: match.file,
      what: `${unknown.length === 1 ? 'column' : 'columns'} ${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not known to ${match.rules.table.relation.name}`,
      remedy: `say what it is with --map <our column>=${unknown[0]}, or leave it out with --ignore ${unknown[0]}; our columns are ${columnNames(match).join(', ')}`,
    });
  return readings;
}

function checkOptions({ file, fields, rules, columnMap, ignore, tenantId }: FieldMatch): void {
  const ours = rules.table.columns.map(({ name }) => name);
  const refuse = (what: string, remedy: string): BadInput => new BadInput({ where: file, what, remedy });
  for (const [column, field] of columnMap) {
    if (!ours.includes(column))
      throw refuse(
        `--map names a column ${column} that ${rules.table.relation.name} has not`,
        `map to one of ${ours.join(', ')}${guess(column, ours)}`,
      );
    if (!fields.includes(field))
      throw refuse(
        `--map names a field ${field} that the file has not`,
        `map from one of ${fields.join(', ')}${guess(field, fields)}`,
      );
  }
  for (const field of ignore)
    if (!fields.includes(field))
      throw refuse(
        `--ignore names a field ${field} that the file has not`,
        `leave it out${guess(field, fields)}`,
      );
  const tenantField = columnMap.get('tenant_id') ?? (fields.includes('tenant_id') ? 'tenant_id' : undefined);
  if (tenantId !== undefined && tenantField !== undefined && !ignore.includes(tenantField))
    throw refuse(
      `the file says itself whose rows these are (${tenantField}), and so does --tenant`,
      `leave --tenant out, or add --ignore ${tenantField}`,
    );
}

function readingOf(column: ColumnDefinition, match: FieldMatch): FieldReading {
  const { rules, fields, columnMap, ignore, tenantId, now } = match;
  const own = fields.includes(column.name) && !ignore.includes(column.name) ? column.name : undefined;
  const field = columnMap.get(column.name) ?? own;
  if (field !== undefined) return checkedReading(column, field, rules, now);
  const standing = defaultReading(column, tenantId, now);
  if (standing === undefined) throw missingColumn(column, match);
  return standing;
}

/** A column read from a field, with what its values must fulfil. */
export function checkedReading(
  column: ColumnDefinition,
  field: string,
  rules: ImportRules,
  now: Date,
): FieldReading {
  return {
    column,
    from: { field },
    identifier: column.name === 'tenant_id' || column.name === 'account_id',
    notNegative: rules.notNegativeColumns.includes(column.name),
    ...(column.type === 'number' || column.type === 'integer' ? { below: TOO_LARGE } : {}),
    ...(rules.notBefore[column.name] ? { notBefore: rules.notBefore[column.name]! } : {}),
    ...(rules.pastColumns.includes(column.name) ? { notAfter: new Date(now.getTime() + ONE_DAY_MS) } : {}),
    ...(rules.allowedValues[column.name] ? { oneOf: rules.allowedValues[column.name]! } : {}),
  };
}

/** The one value of a column that no field gives; undefined for a column that needs a field. */
export function defaultReading(
  column: ColumnDefinition,
  tenantId: TenantId | undefined,
  now: Date,
): FieldReading | undefined {
  if (column.name === 'tenant_id' && tenantId !== undefined) return { column, from: { constant: tenantId } };
  if (column.name === 'loaded_at') return { column, from: { constant: now.toISOString() } };
  return column.nullable ? { column, from: { constant: null } } : undefined;
}

function missingColumn(column: ColumnDefinition, { file, fields, columnMap, ignore }: FieldMatch): BadInput {
  const taken = new Set([...columnMap.values(), ...ignore]);
  const closest = closestName(
    column.name,
    fields.filter((field) => !taken.has(field)),
  );
  const map = `add --map ${column.name}=${closest ?? '<field>'}`;
  const orTenant = column.name === 'tenant_id' ? ', or --tenant <id> when all rows are one tenant’s' : '';
  return new BadInput({
    where: file,
    what: `column ${column.name} is missing (the file has ${fields.join(', ')})`,
    remedy: `${map}${orTenant}`,
  });
}

function guess(wanted: string, candidates: readonly string[]): string {
  const closest = closestName(wanted, candidates);
  return closest === undefined ? '' : ` (did you mean ${closest}?)`;
}

function columnNames({ rules }: FieldMatch): readonly string[] {
  return rules.table.columns.map(({ name }) => name);
}
