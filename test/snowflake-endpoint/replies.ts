import { gunzipSync } from 'node:zlib';

export function inProgress(code: string, queryId: string): unknown {
  return { success: true, code, data: { queryId, getResultUrl: `/queries/${queryId}/result` } };
}

export function failure(code: string, message: string, sqlState = '08001'): unknown {
  return { success: false, code, message, data: { errorCode: code, sqlState, type: 'ERROR' } };
}

export function withQueryId(body: unknown, queryId: string): unknown {
  const { data, ...rest } = body as { data: object };
  return { ...rest, data: { ...data, queryId } };
}

export function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}

export async function bodyOf(request: Request): Promise<unknown> {
  const bytes = Buffer.from(await request.arrayBuffer());
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return JSON.parse((isGzip ? gunzipSync(bytes) : bytes).toString('utf8'));
}

export function tokenOf(request: Request): string {
  return /Snowflake Token="([^"]*)"/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}
