import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BadInput } from '../contract/failure.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
const LONGEST_HEADER_BYTES = 1_000_000;

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/**
 * Reads the first line of a CSV file, gunzipped if the name ends in .gz. The engine's own sniffer skips what looks like
 * a preamble, so a ragged file would silently lose rows.
 */
export async function readCsvHeader(file: string): Promise<CsvHeader> {
  const line = await firstLine(file);
  const delimiter = mostFrequentOutsideQuotes(line);
  const written = splitOutsideQuotes(line, delimiter).map(unquoted);
  if (written.length === 1 && written[0] === '')
    throw new BadInput({
      where: file,
      what: 'the first line is blank',
      remedy: 'start the file with a header line',
    });
  // pandas writes its index without a name.
  const names = written.map((name, index) => name || `column_${index + 1}`);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double !== undefined)
    throw new BadInput({
      where: file,
      what: `the header names ${double} twice`,
      remedy: 'give each column a unique name in the first line',
    });
  return { delimiter, names };
}

async function firstLine(file: string): Promise<string> {
  const raw = createReadStream(file);
  const bytes = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // pipe does not forward errors.
  if (bytes !== raw) raw.on('error', (error) => bytes.destroy(error));
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of bytes as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    const text = Buffer.concat(parts).toString('utf8');
    if (text.includes('\0'))
      throw new BadInput({
        where: file,
        what: 'this is not UTF-8 text (UTF-16, as spreadsheets write it, or another type of file)',
        remedy: 'save it as CSV in UTF-8',
      });
    const end = lineEnd(text);
    if (end >= 0) {
      raw.destroy();
      return withoutMark(text.slice(0, end));
    }
    if (length > LONGEST_HEADER_BYTES)
      throw new BadInput({
        where: file,
        what: 'the first line is longer than a header can be',
        remedy: 'give a CSV file with a header',
      });
  }
  return withoutMark(Buffer.concat(parts).toString('utf8'));
}

/** A line break inside quotes is part of a name. */
function lineEnd(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return at;
  }
  return -1;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function mostFrequentOutsideQuotes(line: string): string {
  const [best] = DELIMITERS.map((delimiter) => ({
    delimiter,
    pieces: splitOutsideQuotes(line, delimiter).length,
  })).sort((a, b) => b.pieces - a.pieces);
  return best!.delimiter;
}

function splitOutsideQuotes(line: string, delimiter: string): readonly string[] {
  const pieces: string[] = [''];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    if (character === delimiter && !quoted) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces;
}

function unquoted(name: string): string {
  const trimmed = name.trim();
  return /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"').trim() : trimmed;
}
