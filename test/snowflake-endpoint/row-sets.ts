import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ResultSet } from './result-set.ts';

/** Results as the client reads them: the first rows in the answer, the others in chunks that it fetches. */
export class RowSets {
  readonly #rowsPerChunk: number;
  readonly #chunks = new Map<string, Buffer>();

  constructor(rowsPerChunk: number) {
    this.#rowsPerChunk = rowsPerChunk;
  }

  answer({ columns, rows }: ResultSet, origin: string): unknown {
    const perChunk = this.#rowsPerChunk;
    const chunks: { url: string; rowCount: number }[] = [];
    const batch = randomUUID();
    for (let from = perChunk; from < rows.length; from += perChunk) {
      const part = rows.slice(from, from + perChunk);
      const id = `${batch}-${chunks.length}`;
      this.#chunks.set(id, gzipSync(part.map((row) => JSON.stringify(row)).join(',')));
      chunks.push({ url: `${origin}/chunks/${id}`, rowCount: part.length });
    }
    return {
      success: true,
      data: {
        rowtype: columns.map(({ name, type, scale }) => ({
          name,
          type,
          scale: scale ?? null,
          precision: type === 'fixed' ? 38 : null,
          nullable: true,
          length: null,
        })),
        rowset: rows.slice(0, perChunk),
        returned: rows.length,
        total: rows.length,
        ...(chunks.length > 0 ? { chunks } : {}),
        parameters: [],
        statementTypeId: 4096,
        version: 1,
      },
    };
  }

  chunk(path: string): Response {
    const chunk = this.#chunks.get(path.slice('/chunks/'.length));
    if (chunk === undefined) return new Response('gone', { status: 404 });
    return new Response(new Uint8Array(chunk), {
      headers: { 'content-encoding': 'gzip', 'content-length': String(chunk.length) },
    });
  }
}
