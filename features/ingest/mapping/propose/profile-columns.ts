import { basename } from 'node:path';
import { BadInput } from '../../../contract/failure.ts';
import { isMissingMarker } from '../../../files/missing-values.ts';
import { openTableFile } from '../../../files/table-file.ts';
import { readWrittenNumber } from '../../../files/written-number.ts';
import { guessTimeFormat, type TimeGuess } from './guess-time-format.ts';

/** Enough for a day after the twelfth to come up, and quick on any file. */
const SAMPLED_ROWS = 50_000;
const LISTED_WORDS = 30;

export interface ProfiledFile {
  readonly file: string;
  readonly columns: readonly ColumnProfile[];
}

/** What the first rows hold in a column. Words that mean "no value" are left out of the rest. */
export interface ColumnProfile {
  readonly name: string;
  readonly values: ReadonlySet<string>;
  /** Words such as "-" that stand where there is no value. */
  readonly missingWords: readonly string[];
  readonly time: TimeGuess | undefined;
  readonly isNumber: boolean;
  readonly isWhole: boolean;
  /** The numbers have a decimal comma. */
  readonly hasDecimalComma: boolean;
  /** All values, when they are few. */
  readonly words: readonly string[] | undefined;
}

/** @throws BadInput when the file cannot be read, or has no rows */
export async function profileColumns(file: string): Promise<ProfiledFile> {
  const source = await openTableFile(file);
  try {
    const names = source.columns.map(({ name }) => name);
    const values = names.map(() => new Set<string>());
    const missing = names.map(() => new Set<string>());
    let rows = 0;
    for await (const batch of source.readTexts(names)) {
      for (const [index, name] of names.entries())
        for (const value of batch.columns.get(name)!.values as readonly (string | null)[])
          if (value !== null && value !== '')
            (isMissingMarker(value) ? missing : values)[index]!.add(value.trim());
      rows += batch.rowCount;
      if (rows >= SAMPLED_ROWS) break;
    }
    if (rows === 0)
      throw new BadInput({
        where: basename(file),
        what: 'the file has a header and no rows',
        remedy: 'give a file with rows',
      });
    return { file, columns: names.map((name, index) => profile(name, values[index]!, [...missing[index]!])) };
  } finally {
    await source.close();
  }
}

function profile(name: string, values: ReadonlySet<string>, missingWords: readonly string[]): ColumnProfile {
  const all = [...values];
  const every = (test: (value: string) => boolean) => all.length > 0 && all.every(test);
  const time = guessTimeFormat(all);
  const isPlain = every((value) => /^[-+]?\d+(\.\d+)?$/.test(value));
  // Any value with a comma and one or two digits after it decides; 1,234 alone could be either.
  const hasDecimalComma =
    !isPlain &&
    every((value) => readWrittenNumber(value, 'comma') !== undefined) &&
    all.some((value) => /,\d{1,2}\D*$/.test(value));
  const isNumber = hasDecimalComma || every((value) => readWrittenNumber(value, 'point') !== undefined);
  return {
    name,
    values,
    missingWords,
    time,
    isNumber,
    isWhole: isPlain && every((value) => /^[-+]?\d+$/.test(value)),
    hasDecimalComma,
    words: all.length <= LISTED_WORDS ? all : undefined,
  };
}
