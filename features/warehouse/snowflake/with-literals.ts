import type { SqlStatement } from '../sql-dialect.ts';
import type { KeyValue } from '../warehouse.ts';

/**
 * A statement with its values written out. COPY takes no binds, so this is for the SELECT inside one. Every `?` in the
 * text must stand for a value.
 *
 * @example withLiterals({ text: '"A" = ?', parameters: ["it's"] }) // `"A" = 'it''s'`
 */
export function withLiterals({ text, parameters }: SqlStatement): string {
  const parts = text.split('?');
  if (parts.length !== parameters.length + 1)
    throw new TypeError(`${parameters.length} values for ${parts.length - 1} places in: ${text}`);
  return parts.map((part, at) => (at === 0 ? part : `${literal(parameters[at - 1]!)}${part}`)).join('');
}

/** In Snowflake a backslash escapes what follows it, inside quotes too. */
function literal(value: KeyValue): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`Not a value of SQL: ${value}`);
  return String(value);
}
