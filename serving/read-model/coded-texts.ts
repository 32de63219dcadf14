/** A text column of few values: a code per row into `levels`, -1 for none. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
  /** Levels that listed accounts have come first; those of accounts that left only, after them. */
  readonly listedLevels: number;
}

/** @param listed Values of listed accounts @param left Values of accounts that left, whose rows follow */
export function codeTexts(
  listed: readonly (string | null)[],
  left: readonly (string | null)[] = [],
): CodedTexts {
  const codeOf = new Map<string, number>();
  const code = (value: string | null): number => {
    if (value === null) return -1;
    const known = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, known);
    return known;
  };
  const codes = new Int32Array(listed.length + left.length);
  listed.forEach((value, row) => {
    codes[row] = code(value);
  });
  const listedLevels = codeOf.size;
  left.forEach((value, at) => {
    codes[listed.length + at] = code(value);
  });
  return { codes, levels: [...codeOf.keys()], listedLevels };
}

/** The value of a row; null for none. */
export function textAt({ codes, levels }: CodedTexts, row: number): string | null {
  return levels[codes[row]!] ?? null;
}
