import type { ColumnDefinition } from '../../../warehouse/warehouse.ts';
import type { ColumnProfile } from './profile-columns.ts';
import type { Doubt, ProposedColumn } from './proposed-mapping.ts';

/** Never chooses between day-first and month-first: import refuses a format of two readings. */
export function proposedTime(
  column: ColumnDefinition,
  { name, time }: ColumnProfile,
  unsure: Doubt[],
): ProposedColumn {
  if (time === undefined || time.formats.length === 0) return name;
  if (time.formats.length > 1)
    unsure.push({
      column: column.name,
      reason:
        time.example === undefined
          ? `${name} can be read day-first and month-first`
          : `${name} can be read day-first and month-first: "${time.example}" is ${readings(time.example, time.formats)}`,
      alternatives: time.formats,
    });
  return { from: name, format: time.formats.join(' or ') };
}

/** @example readings('03/04/2024', ['DD/MM/YYYY', 'MM/DD/YYYY']) // '3 April or 4 March' */
function readings(example: string, formats: readonly string[]): string {
  const [first, second] = example.split(/[./-]/).map(Number);
  return formats
    .map((format) => (format.startsWith('DD') ? dayAndMonth(first!, second!) : dayAndMonth(second!, first!)))
    .join(' or ');
}

function dayAndMonth(day: number, month: number): string {
  const name = new Date(Date.UTC(2000, month - 1, 1)).toLocaleString('en', {
    month: 'long',
    timeZone: 'UTC',
  });
  return `${day} ${name}`;
}
