/**
 * Numbers as people write them: digits in groups of three, a currency or a percent sign. The file decides whether
 * comma or point marks the decimals, never the values: "1,234" alone could be either.
 */
export const WRITTEN_NUMBER = {
  point: { pattern: writtenNumber(',', '[.]'), plain: (text: string) => `replace(${text}, ',', '')` },
  comma: {
    pattern: writtenNumber('[.]', ','),
    plain: (text: string) => `replace(replace(${text}, '.', ''), ',', '.')`,
  },
} as const;

export type DecimalMark = keyof typeof WRITTEN_NUMBER;

/**
 * What a written number says; undefined for a text that is none.
 *
 * @example readWrittenNumber('1.234,50 €', 'comma') // 1234.5
 */
export function readWrittenNumber(text: string, decimalMark: DecimalMark): number | undefined {
  const written = text.trim();
  if (!new RegExp(`^(?:${WRITTEN_NUMBER[decimalMark].pattern})$`).test(written)) return undefined;
  const digits = written.replaceAll(/[$€£%\s]/g, '');
  return Number(
    decimalMark === 'point' ? digits.replaceAll(',', '') : digits.replaceAll('.', '').replace(',', '.'),
  );
}

function writtenNumber(group: string, decimal: string): string {
  return String.raw`[-+]?[$€£]?\s?(\d{1,3}(${group}\d{3})+|\d+)(${decimal}\d+)?\s?[%$€£]?`;
}
