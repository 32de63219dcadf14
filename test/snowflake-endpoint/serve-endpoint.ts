import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SnowflakeEndpoint } from './snowflake-endpoint.ts';

export interface ServedEndpoint {
  readonly accessUrl: string;
  /** Requests that the endpoint could not serve: defects of the endpoint or requests that it does not know. */
  readonly errors: readonly Error[];
  close(): Promise<void>;
}

/** Serves an endpoint on a free port of the loopback address. */
export async function serveEndpoint(endpoint: SnowflakeEndpoint): Promise<ServedEndpoint> {
  const errors: Error[] = [];
  const server = createServer((incoming, outgoing) => {
    answer(endpoint, incoming, outgoing).catch((error: Error) => {
      if (!incoming.destroyed && !outgoing.headersSent) {
        errors.push(error);
        outgoing.writeHead(501).end(error.message);
      } else outgoing.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    accessUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    errors,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  endpoint: SnowflakeEndpoint,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method!,
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(hasBody ? { body: Readable.toWeb(incoming) as never, duplex: 'half' } : {}),
  } as RequestInit);
  const reply = await endpoint.handle(request);
  if ('dropped' in reply) {
    incoming.socket.destroy();
    return;
  }
  const response = 'truncated' in reply ? reply.truncated : reply;
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  if ('truncated' in reply) {
    const bytes = Buffer.from(await response.arrayBuffer());
    await new Promise<void>((resolve) =>
      outgoing.write(bytes.subarray(0, bytes.length >> 1), () => resolve()),
    );
    incoming.socket.destroy();
    return;
  }
  await pipeline(Readable.fromWeb(response.body as never), outgoing);
}
