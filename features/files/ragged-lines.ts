import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { CsvHeader } from './csv-header.ts';

/** A line of a CSV file with more or fewer fields than its header. */
export interface RaggedLine {
  /** 1 for the first row; a header is not counted. */
  readonly row: number;
  /** Where it begins in the file, 1 for the header. */
  readonly line: number;
  readonly fieldCount: number;
  readonly text: string;
}

/** Of so many the file as a whole is not what it was taken for. */
const MOST_LINES = 100_000;

/**
 * Copies a CSV file without its ragged lines, and with each row's number in the file as its first field. A line break or
 * a delimiter inside quotes divides nothing (RFC 4180).
 *
 * @returns the lines left out, in file order; undefined when they are too many to be accidents
 */
export async function copyWithoutRaggedLines(
  file: string,
  { delimiter, names }: CsvHeader,
  rowNumberName: string,
  copy: string,
): Promise<readonly RaggedLine[] | undefined> {
  const ragged: RaggedLine[] = [];
  const out = createWriteStream(copy);
  const failed = once(out, 'error').then(([error]) => {
    throw error;
  });
  // Waited for below, or never of interest.
  failed.catch(() => undefined);
  let row = -1;
  try {
    for await (const record of recordsOf(file, delimiter)) {
      // The engine skips blank lines too.
      if (record.text === '') continue;
      row++;
      if (row > 0 && record.fieldCount !== names.length) {
        ragged.push({ row, ...record });
        if (ragged.length > MOST_LINES) return undefined;
        continue;
      }
      const first = row === 0 ? rowNumberName : row;
      if (!out.write(`${first}${delimiter}${record.text}\n`))
        await Promise.race([once(out, 'drain'), failed]);
    }
    return ragged;
  } finally {
    out.end();
    await Promise.race([once(out, 'close'), failed]);
  }
}

interface CsvRecord {
  readonly text: string;
  readonly line: number;
  readonly fieldCount: number;
}

async function* recordsOf(file: string, delimiter: string): AsyncGenerator<CsvRecord> {
  const raw = createReadStream(file);
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  if (bytes !== raw) raw.on('error', (error) => bytes.destroy(error));
  bytes.setEncoding('utf8');
  let text = '';
  let line = 1;
  let beginsAt = 1;
  let fieldCount = 1;
  let isQuoted = false;
  let isFieldStart = true;
  let endedQuote = false;
  let afterReturn = false;
  for await (const chunk of bytes as AsyncIterable<string>) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const character = chunk[at]!;
      if (afterReturn && character === '\n') {
        // The second half of a line break.
        afterReturn = false;
        if (!isQuoted) from = at + 1;
        continue;
      }
      afterReturn = character === '\r';
      const isBreak = character === '\n' || character === '\r';
      if (isBreak) line++;
      if (character === '"' && (isQuoted || isFieldStart || endedQuote)) {
        // Two in a row inside quotes are one of the text: the first ends the quotes, and the second begins them again.
        endedQuote = isQuoted;
        isQuoted = !isQuoted;
        isFieldStart = false;
        continue;
      }
      endedQuote = false;
      if (!isQuoted && isBreak) {
        yield { text: text + chunk.slice(from, at), line: beginsAt, fieldCount };
        text = '';
        from = at + 1;
        beginsAt = line;
        fieldCount = 1;
        isFieldStart = true;
        continue;
      }
      if (!isQuoted && character === delimiter) {
        fieldCount++;
        isFieldStart = true;
        continue;
      }
      isFieldStart = false;
    }
    text += chunk.slice(from);
  }
  if (text !== '') yield { text, line: beginsAt, fieldCount };
}
