import { Failure, OperationFailed } from './failure.ts';

/** How the system and the engine say that a disk takes no more, or no write at all. */
const FULL =
  /ENOSPC|EDQUOT|EFBIG|No space left on device|File too large|Disk quota exceeded|disk (is )?full/i;
const READ_ONLY = /EROFS|Read-only file system/;

/**
 * A disk that cannot be written to as one sentence; undefined for any other failure.
 *
 * @param where What was being written, where the error does not name the file
 */
export function diskFailure(error: unknown, where?: string): OperationFailed | undefined {
  if (error instanceof Failure) return undefined;
  const { code = '', path, message = String(error) } = error as NodeJS.ErrnoException;
  const text = `${code} ${message}`;
  const isFull = FULL.test(text);
  if (!isFull && !READ_ONLY.test(text)) return undefined;
  return new OperationFailed({
    where: path ?? fileIn(message) ?? where ?? 'a file',
    what: isFull ? 'the disk is full, or a limit on the size of files is reached' : 'the disk is read-only',
    remedy: isFull
      ? 'free some space (`churn sweep` removes what is left over) and run it again; what was being written is as it was before'
      : 'make it writable, or set CHURN_HOME to another folder; nothing was changed',
    cause: error,
  });
}

/** The engine writes the file's name into its sentence. */
function fileIn(message: string): string | undefined {
  return /file "([^"]+)"/.exec(message)?.[1];
}
