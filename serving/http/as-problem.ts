import { CursorExpired, PageNotFound } from '../read-model/page-errors.ts';
import { UnreadableBody } from '../what-if/unreadable-body.ts';
import { TooManyOrders } from '../what-if/what-if-threads.ts';
import { Problem } from './problem.ts';
import { cursorExpired, invalid, pageNotFound, tooManyOrders } from './problems.ts';

/** What an error is to a client; null for a defect of the service. */
export function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof PageNotFound) return pageNotFound();
  if (error instanceof CursorExpired) return cursorExpired();
  if (error instanceof UnreadableBody) return invalid('body', error.errors);
  if (error instanceof TooManyOrders) return tooManyOrders(error);
  return null;
}
