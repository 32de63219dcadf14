/**
 * What a text, a time and a name mean in every session, whatever the account or the user has set. Snowflake's own default
 * time zone is Los Angeles, and a text without an offset is a time in the session's zone.
 */
export const SESSION_PARAMETERS = {
  TIMEZONE: 'UTC',
  TIMESTAMP_TYPE_MAPPING: 'TIMESTAMP_NTZ',
  DATE_INPUT_FORMAT: 'YYYY-MM-DD',
  TIMESTAMP_INPUT_FORMAT: 'AUTO',
  QUOTED_IDENTIFIERS_IGNORE_CASE: false,
  AUTOCOMMIT: true,
} as const;

/** The parameters as they follow SET. */
export function parameterList(): string {
  return Object.entries(SESSION_PARAMETERS)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? `'${value}'` : value}`)
    .join(', ');
}
