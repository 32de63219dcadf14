import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import { LRUCache } from 'lru-cache';

const compress = promisify(gzip);

/** Below a network packet, compressing saves nothing. */
const LEAST_COMPRESSED_BYTES = 1_400;
const HELD_COMPRESSED_BYTES = 64 * 1024 * 1024;

/** What one tenant is answered. */
export interface Answer {
  readonly contentType: string;
  /** Everything that the body depends on, the tenant and its revision first; equal identity, equal body. */
  readonly identity: readonly string[];
  readonly body: () => string | Buffer;
}

/** Answers GET requests, 304 where the client has the body already, compressed where it understands it. */
export type Answerer = (c: Context, answer: Answer) => Promise<Response>;

export function createAnswerer(): Answerer {
  const held = new LRUCache<string, Buffer>({
    maxSize: HELD_COMPRESSED_BYTES,
    sizeCalculation: ({ length }) => length,
  });
  return async (c, { contentType, identity, body }) => {
    const key = createHash('sha256')
      .update(JSON.stringify([contentType, ...identity]))
      .digest('base64url')
      .slice(0, 22);
    const etag = `W/"${key}"`;
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    c.header('vary', 'accept, accept-encoding, authorization, cookie');
    if (matches(c.req.header('if-none-match'), key)) return c.body(null, 304);
    c.header('content-type', contentType);
    if (!acceptsGzip(c.req.header('accept-encoding'))) return c.body(bytesOf(body()));
    let compressed = held.get(key);
    if (compressed === undefined) {
      const plain = bytesOf(body());
      if (plain.length < LEAST_COMPRESSED_BYTES) return c.body(plain);
      compressed = await compress(plain, { level: 5 });
      held.set(key, compressed);
    }
    c.header('content-encoding', 'gzip');
    return c.body(compressed as Buffer<ArrayBuffer>);
  };
}

function bytesOf(body: string | Buffer): Buffer<ArrayBuffer> {
  return (typeof body === 'string' ? Buffer.from(body) : body) as Buffer<ArrayBuffer>;
}

/** Weak comparison (RFC 9110): what is compared is the content, not the encoding. */
function matches(header: string | undefined, key: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => /^(?:W\/)?"(.*)"$/.exec(one.trim())?.[1] === key);
}

function acceptsGzip(header: string | undefined): boolean {
  return (
    header !== undefined &&
    /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(header)
  );
}
