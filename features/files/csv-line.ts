/** One line of a CSV without its line break (RFC 4180): quoted where needed, quotes doubled, null as nothing. */
export function csvLine(values: Iterable<string | number | null | undefined>): string {
  return Array.from(values, field).join(',');
}

function field(value: string | number | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
