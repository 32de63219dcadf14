/** What exports write for "no value" in a column of numbers or times. In a column of words they are words. */
export const MISSING_MARKERS = ['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', '.'];

/** @example isMissingMarker('N/A') // true */
export function isMissingMarker(text: string): boolean {
  return MISSING_MARKERS.includes(text.trim().toLowerCase());
}
