import { diskFailure } from '../contract/disk-failure.ts';
import { BadInput, Failure } from '../contract/failure.ts';

/** A CSV file in which a line has more or fewer fields than the header. */
export class RaggedFile extends BadInput {}

/** Turns an engine's error into a sentence about the file. Failures of our own, and defects, are returned as they are. */
export function unreadableFile(file: string, error: unknown): unknown {
  if (error instanceof Failure || error instanceof TypeError) return error;
  // What is made of the file is written to the side.
  const disk = diskFailure(error);
  if (disk !== undefined) return disk;
  const message = error instanceof Error ? error.message : String(error);
  const Kind = /Expected Number of Columns/.test(message) ? RaggedFile : BadInput;
  return new Kind({
    where: file,
    what: `the file cannot be read (${reason(message)})`,
    remedy: 'give a CSV file in UTF-8 with a header, or a Parquet file, with a name that ends in its type',
    cause: error,
  });
}

/** The first lines of an engine error that say what and where. */
function reason(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const line = lines.find((candidate) =>
    /^(Expected Number of Columns|Value with unterminated|Invalid unicode)/.test(candidate),
  );
  const at = /CSV Error on Line: (\d+)/.exec(message);
  return at && line ? `line ${at[1]}: ${line}` : lines[0]!.replace(/^[A-Z][A-Za-z ]*Error: /, '');
}
