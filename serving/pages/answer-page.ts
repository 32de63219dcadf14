import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Problem } from '../http/problem.ts';

export type PageStatus = 200 | Problem['details']['status'];

/** A page as an answer. No cache keeps it: what one person may see, the next may not. */
export function answerPage(c: Context, content: JSX.Element, status: PageStatus = 200): Response {
  c.header('cache-control', 'no-store');
  c.header('content-type', 'text/html; charset=utf-8');
  return c.body(`<!doctype html>${content.toString()}`, status);
}
