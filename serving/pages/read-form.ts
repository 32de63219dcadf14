import type { Context } from 'hono';

/** The fields of a posted form; null for a body that is not what its content type says. */
export async function readForm(c: Context): Promise<Record<string, unknown> | null> {
  try {
    return await c.req.parseBody();
  } catch {
    return null;
  }
}
