/** A word as dbt staging reads it: without blanks around it, in lower case. */
export function tidy(value: string | number | null | undefined): string {
  return String(value ?? '')
    .trim()
    .toLowerCase();
}
