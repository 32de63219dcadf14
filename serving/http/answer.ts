import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import { LRUCache } from 'lru-cache';

const compress = promisify(gzip);

/** Below a network packet, compressing saves nothing. */
const LEAST_COMPRESSED_BYTES = 1_400;
const HELD_BYTES = 96 * 1024 * 1024;

/** What one tenant is answered. */
export interface Answer {
  readonly contentType: string;
  /** Everything that the body depends on, the tenant and its revision first; equal identity, equal body. */
  readonly identity: readonly string[];
  readonly body: () => string | Buffer;
}

/**
 * Answers GET requests, 304 where the client has the body already, compressed where it understands it. The bodies that are
 * asked for most are held, since equal identity means equal body.
 */
export type Answerer = (c: Context, answer: Answer) => Promise<Response>;

export function createAnswerer(): Answerer {
  const held = new LRUCache<string, Buffer<ArrayBuffer>>({
    maxSize: HELD_BYTES,
    sizeCalculation: ({ length }) => Math.max(1, length),
  });
  function heldOr(key: string, make: () => Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
    const before = held.get(key);
    if (before !== undefined) return before;
    const made = make();
    held.set(key, made);
    return made;
  }
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
    if (!acceptsGzip(c.req.header('accept-encoding'))) return c.body(heldOr(key, () => bytesOf(body())));
    const packed = `${key} gzip`;
    let compressed = held.get(packed);
    if (compressed === undefined) {
      const plain = bytesOf(body());
      if (plain.length < LEAST_COMPRESSED_BYTES) return c.body(plain);
      compressed = await compress(plain, { level: 5 });
      held.set(packed, compressed);
    }
    c.header('content-encoding', 'gzip');
    return c.body(compressed);
  };
}

function bytesOf(body: string | Buffer): Buffer<ArrayBuffer> {
  return (typeof body === 'string' ? Buffer.from(body) : body) as Buffer<ArrayBuffer>;
}

/** Weak comparison (RFC 9110): what is compared is the content, not the encoding. `*` stands for whatever there is. */
function matches(header: string | undefined, key: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => /^(?:W\/)?"(.*)"$/.exec(one.trim())?.[1] === key);
}

function acceptsGzip(header: string | undefined): boolean {
  return (
    header !== undefined &&
    /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(header)
  );
}
