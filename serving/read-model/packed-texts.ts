/**
 * One text per row in one block of bytes outside of the JavaScript heap, each followed by a comma: a run of rows is
 * the inside of a JSON list without a copy, and a hundred thousand of them are nothing to collect.
 */
export interface PackedTexts {
  /** One row's text. */
  text(row: number): string;
  /** The texts of rows [from, to) with commas between them. */
  listed(from: number, to: number): Buffer<ArrayBuffer>;
  readonly bytes: Buffer<ArrayBuffer>;
}

export function packTexts(texts: readonly string[]): PackedTexts {
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((text, row) => {
    starts[row + 1] = starts[row]! + Buffer.byteLength(text) + 1;
  });
  const bytes = Buffer.allocUnsafeSlow(starts[texts.length]!);
  texts.forEach((text, row) => {
    bytes.write(`${text},`, starts[row]!);
  });
  return {
    text: (row) => bytes.toString('utf8', starts[row]!, starts[row + 1]! - 1),
    listed(from, to) {
      const [start, end] = [starts[from], starts[to]];
      if (start === undefined || end === undefined)
        throw new RangeError(`there are no rows ${from} to ${to}`);
      return bytes.subarray(start, to > from ? end - 1 : start);
    },
    bytes,
  };
}
