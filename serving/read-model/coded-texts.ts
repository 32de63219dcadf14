/** A text column of few values: a code per row into `levels`, -1 for none. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** One text per row, null for none. */
export function textsOfCodes({ codes, levels }: CodedTexts): (string | null)[] {
  return Array.from(codes, (code) => levels[code] ?? null);
}

export function codeTexts(values: readonly (string | null)[]): CodedTexts {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const code = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, code);
    return code;
  });
  return { codes, levels: [...codeOf.keys()] };
}
