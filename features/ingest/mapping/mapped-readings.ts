import { BadInput } from '../../contract/failure.ts';
import type { TenantId } from '../../contract/tenant-id.ts';
import { closestName } from '../../files/closest-name.ts';
import type { FieldReading } from '../../files/field-reading.ts';
import type { ImportRules } from '../importable-tables.ts';
import { checkedReading, defaultReading } from '../match-fields.ts';
import { fieldsOf } from './map-rows.ts';
import type { MappedFile } from './mapping.ts';
import { writtenTime } from './time-format.ts';

export interface ReadingsOfMapping {
  readonly mappingFile: string;
  readonly mapped: MappedFile;
  readonly rules: ImportRules;
  /** Columns of the file. */
  readonly fields: readonly string[];
  readonly tenantId: TenantId | undefined;
  readonly now: Date;
}

/**
 * How each column of the raw table is read from the mapped rows, whose columns have our names.
 *
 * @throws BadInput for a column that the file does not have, or one of ours that has no source
 */
export function mappedReadings(options: ReadingsOfMapping): readonly FieldReading[] {
  const { mappingFile, mapped, rules, fields, tenantId, now } = options;
  for (const name of fieldsOf(mapped))
    if (!fields.includes(name)) throw unknownField(mappingFile, mapped.file, name, fields);
  const given = new Set([
    ...Object.keys(mapped.columns),
    ...(mapped.counts ? ['event_type', 'quantity'] : []),
  ]);
  return rules.table.columns.map((column) => {
    if (given.has(column.name)) {
      const { format, zone } = mapped.columns[column.name] ?? {};
      const time = writtenTime(format, zone);
      return { ...checkedReading(column, column.name, rules, now), ...(time ? { time } : {}) };
    }
    const standing = defaultReading(column, tenantId, now);
    if (standing !== undefined) return standing;
    throw new BadInput({
      where: mappingFile,
      what: `${mapped.file} gives no ${column.name}, which raw.${rules.table.relation.name} needs`,
      remedy:
        column.name === 'tenant_id'
          ? 'add tenant: <id> at the top, --tenant <id>, or tenant_id: <column> under columns'
          : `add ${column.name}: <column> under columns`,
    });
  });
}

function unknownField(mappingFile: string, file: string, name: string, fields: readonly string[]): BadInput {
  const closest = closestName(name, fields);
  return new BadInput({
    where: mappingFile,
    what: `${file} has no column ${name}`,
    remedy: closest === undefined ? `name one of ${fields.join(', ')}` : `did you mean ${closest}?`,
  });
}
