import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { SnowflakeEndpoint } from './snowflake-endpoint.ts';

/** Answers requests to `accessUrl` with an endpoint, inside this process and without a socket. Close it after use. */
export function interceptEndpoint(endpoint: SnowflakeEndpoint, accessUrl: string): { close(): void } {
  const server = setupServer(
    http.all(`${accessUrl}/*`, async ({ request }) => {
      const reply = await endpoint.handle(request);
      if ('dropped' in reply) return HttpResponse.error();
      if (!('truncated' in reply)) return reply;
      const bytes = new Uint8Array(await reply.truncated.arrayBuffer());
      return new HttpResponse(bytes.subarray(0, bytes.length >> 1), { headers: reply.truncated.headers });
    }),
  );
  server.listen({ onUnhandledRequest: 'error' });
  return server;
}
