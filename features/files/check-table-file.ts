import { statSync } from 'node:fs';
import { BadInput, Failure } from '../contract/failure.ts';

const CSV = /\.(csv|tsv)(\.gz)?$/i;
const PARQUET = /\.parquet$/i;

export function isCsv(file: string): boolean {
  return CSV.test(file);
}

/** @throws BadInput when the file is absent, empty or of a type that its name does not say */
export function checkTableFile(file: string): void {
  const refuse = (what: string, remedy: string, cause?: unknown): BadInput =>
    new BadInput({ where: file, what, remedy, cause });
  if (!isCsv(file) && !PARQUET.test(file))
    throw refuse(
      'the file type cannot be told from the name',
      'give a file that ends in .csv, .csv.gz, .tsv, .tsv.gz or .parquet',
    );
  let size: number;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw refuse('this is not a file', 'give the path of one file');
    size = stat.size;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(
      code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`,
      'check the path',
      error,
    );
  }
  if (size === 0) throw refuse('the file is empty', 'give a file with a header and rows');
}
