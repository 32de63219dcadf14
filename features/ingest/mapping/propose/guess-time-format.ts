export interface TimeGuess {
  /** Formats that read every value; none for ISO 8601. Two or more are readings that contradict each other. */
  readonly formats: readonly string[];
  /** A value that the readings take for different days. */
  readonly example?: string;
}

const EARLIEST_SECONDS = 946_684_800;
const LATEST_SECONDS = 4_102_444_800;
const TIME_OF_DAY = [
  { pattern: '', format: '' },
  { pattern: String.raw` \d{1,2}:\d{2}`, format: ' HH:mm' },
  { pattern: String.raw` \d{1,2}:\d{2}:\d{2}`, format: ' HH:mm:ss' },
  { pattern: String.raw` \d{1,2}:\d{2} [AaPp][Mm]`, format: ' h:mm A' },
] as const;
const MONTH_NAME = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';

/** How a column writes times, when every value is one; undefined when they are something else. */
export function guessTimeFormat(values: readonly string[]): TimeGuess | undefined {
  if (values.length === 0) return undefined;
  const every = (test: (value: string) => boolean): boolean => values.every(test);
  if (every((value) => /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$/.test(value))) return { formats: [] };
  if (every((value) => /^(19|20)\d{6}$/.test(value) && isDay(value.slice(6), value.slice(4, 6))))
    return { formats: ['YYYYMMDD'] };
  const isEpoch = (value: string, perSecond: number): boolean =>
    /^\d+(\.\d+)?$/.test(value) &&
    Number(value) / perSecond > EARLIEST_SECONDS &&
    Number(value) / perSecond < LATEST_SECONDS;
  if (every((value) => isEpoch(value, 1))) return { formats: ['epoch seconds'] };
  if (every((value) => isEpoch(value, 1000))) return { formats: ['epoch milliseconds'] };
  for (const { pattern, format } of TIME_OF_DAY) {
    const named = new RegExp(String.raw`^\d{1,2} ${MONTH_NAME} \d{4}${pattern}$`);
    if (every((value) => named.test(value))) return { formats: [`D MMM YYYY${format}`] };
    const american = new RegExp(String.raw`^${MONTH_NAME} \d{1,2}, \d{4}${pattern}$`);
    if (every((value) => american.test(value))) return { formats: [`MMM D, YYYY${format}`] };
    const guess = numbered(values, pattern, format);
    if (guess !== undefined) return guess;
  }
  return undefined;
}

/** Dates of three numbers, of which the first two may stand either way. */
function numbered(values: readonly string[], pattern: string, format: string): TimeGuess | undefined {
  const shape = new RegExp(String.raw`^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})${pattern}$`);
  const parts = values.map((value) => shape.exec(value));
  const [first] = parts;
  if (!first || parts.some((part) => !part || part[2] !== first[2] || part[4]!.length !== first[4]!.length))
    return undefined;
  const separator = first[2]!;
  const year = first[4]!.length === 4 ? 'YYYY' : 'YY';
  const formats: string[] = [];
  if (parts.every((part) => isDay(part![1]!, part![3]!)))
    formats.push(`DD${separator}MM${separator}${year}${format}`);
  if (parts.every((part) => isDay(part![3]!, part![1]!)))
    formats.push(`MM${separator}DD${separator}${year}${format}`);
  if (formats.length === 0) return undefined;
  const example = parts.findIndex((part) => Number(part![1]) !== Number(part![3]));
  return formats.length === 1 || example < 0 ? { formats } : { formats, example: values[example]! };
}

function isDay(day: string, month: string): boolean {
  return Number(day) >= 1 && Number(day) <= 31 && Number(month) >= 1 && Number(month) <= 12;
}
