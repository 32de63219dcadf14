import type { z } from 'zod';
import { UnreadableBody } from './unreadable-body.ts';

const LONGEST_ERRORS = 20;

/** A JSON body as its schema reads it. @throws UnreadableBody naming each field */
export function readBody<Schema extends z.ZodType>(body: Uint8Array, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength)));
  if (parsed.success) return parsed.data;
  throw new UnreadableBody(
    parsed.error.issues.slice(0, LONGEST_ERRORS).map((issue) => {
      const path = issue.path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '');
      const unknown =
        issue.code === 'unrecognized_keys' ? issue.keys.slice(0, LONGEST_ERRORS).join(', ') : '';
      return { parameter: [path, unknown].filter((part) => part !== '').join(': '), detail: issue.message };
    }),
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const reason = (error as Error).message.slice(0, 200);
    throw new UnreadableBody([{ parameter: '', detail: `is not JSON: ${reason}` }]);
  }
}
