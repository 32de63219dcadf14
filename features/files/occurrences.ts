/**
 * How rows without an id are told apart: the second and further ones that agree in some columns get an id of their number.
 * They are numbered by what they hold and not by their place, so that the same rows get the same ids from every file.
 */
export interface Occurrences {
  readonly idColumn: string;
  readonly within: readonly string[];
  /** Columns that the id is made of, before the number. */
  readonly name: readonly string[];
  readonly orderedBy: readonly string[];
}

/** The rows of a SELECT, numbered. The first of each keeps no id. */
export function withOccurrenceIds(
  select: string,
  { idColumn, within, name, orderedBy }: Occurrences,
): string {
  const list = (columns: readonly string[]) => columns.map((column) => `"${column}"`).join(', ');
  const number = `row_number() over (partition by "${idColumn}" is null, ${list(within)} order by ${list(orderedBy)})`;
  return `select * replace (
    coalesce("${idColumn}", case when ${number} > 1 then concat_ws('/', ${list(name)}, ${number}) end) as "${idColumn}"
  ) from (${select})`;
}
