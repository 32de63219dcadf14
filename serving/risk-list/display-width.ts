const CONTROL = /\p{Cc}/gu;
const WIDE =
  /\p{Extended_Pictographic}|\p{scx=Han}|\p{scx=Hiragana}|\p{scx=Katakana}|\p{scx=Hangul}|[\uff01-\uff60]/u;
const ZERO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Terminal cells that a text takes. @example displayWidth('日本') // 4 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Customer-given text without control characters: a name must not be able to control the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\ufffd');
}

/** Cuts to at most `width` cells, marking the cut. @example clip('Northwind', 6) // 'North…' */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = displayWidth(character);
    if (used + next > width - 1) break;
    kept += character;
    used += next;
  }
  return `${kept}…`;
}

/** @example padStart('7', 3) // '  7' */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** @example padEnd('7', 3) // '7  ' */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Breaks at blanks into lines of at most `width` cells; a single longer word is clipped. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = clip(word, width);
  }
  if (line !== '') lines.push(line);
  return lines;
}
