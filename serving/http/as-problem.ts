import { UnreadableValue } from '../champions/unreadable-value.ts';
import { CursorExpired, PageNotFound } from '../read-model/page-errors.ts';
import { Problem } from './problem.ts';
import { cursorExpired, invalid, pageNotFound } from './problems.ts';

/** What an error is to a client; null for a defect of the service. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof PageNotFound) return pageNotFound();
  if (error instanceof CursorExpired) return cursorExpired();
  if (error instanceof UnreadableValue)
    return invalid('body', [{ parameter: error.place, detail: error.detail }]);
  return null;
}
