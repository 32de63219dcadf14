import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html';

/** Whether a person at a browser asks, and not for the API: then what is wrong is said on a page. */
export function wantsPage(c: Context): boolean {
  if (/^\/v[12](\/|$)/.test(c.req.path)) return false;
  return accepts(c, { header: 'Accept', supports: [JSON_TYPE, HTML_TYPE], default: JSON_TYPE }) === HTML_TYPE;
}
