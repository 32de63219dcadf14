import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { OperationFailed } from '../../features/contract/failure.ts';
import { type ProblemDetails, problemDocument } from '../http/problem.ts';
import { methodNotAllowed } from '../http/problems.ts';

/** Each step of a request has a time limit, so that slow clients hold a socket and nothing else. */
const HEADERS_TIMEOUT_MILLISECONDS = 10_000;
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;
const IDLE_TIMEOUT_MILLISECONDS = 60_000;
/** Longer than a load balancer keeps a connection open, so that it never sends a request to one that we have closed. */
const KEEP_ALIVE_MILLISECONDS = 65_000;
const DRAIN_MILLISECONDS = 10_000;
const SWEEP_MILLISECONDS = 50;

/** A Node server for a fetch handler, which also answers what never becomes a request in problem documents. */
export function nodeServer(fetch: Parameters<typeof getRequestListener>[0]): Server {
  const listener = getRequestListener(fetch, { errorHandler: () => new Response(null, { status: 500 }) });
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MILLISECONDS,
      requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      connectionsCheckingInterval: 2_000,
    },
    (incoming, outgoing) => {
      // The fetch standard knows no such request.
      if (incoming.method === 'TRACE' || incoming.method === 'CONNECT')
        return answer(outgoing, methodNotAllowed(['GET', 'HEAD', 'POST']), incoming.url ?? '/');
      return listener(incoming, outgoing);
    },
  );
  server.setTimeout(IDLE_TIMEOUT_MILLISECONDS);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, error.code));
  return server;
}

export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new OperationFailed({
          where: `${host}:${port}`,
          what:
            cause.code === 'EADDRINUSE' ? 'another process listens there' : `cannot listen (${cause.code})`,
          remedy: 'set CHURN_HOST and CHURN_PORT to a free address of this machine',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Takes no new connections, lets requests in progress finish, and cuts off those that take too long. */
export function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), DRAIN_MILLISECONDS);
    // A connection whose last request has ended would otherwise be kept alive.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS);
    server.close(() => {
      clearTimeout(impatience);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function answer(outgoing: ServerResponse, problem: ProblemDetails, path: string): void {
  outgoing.writeHead(problem.status, {
    ...problem.headers,
    'content-type': 'application/problem+json',
    connection: 'close',
  });
  outgoing.end(problemDocument(problem, path.split('?')[0]!));
}

/** What cannot be read as HTTP has no response object to answer with. */
function refuse(socket: Duplex, code: string | undefined): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, reason] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large'] as const)
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout'] as const)
        : ([400, 'Bad Request'] as const);
  const body = JSON.stringify({
    type: 'urn:churn:problem:malformed-request',
    title: reason,
    status,
    detail: 'The service could not read a complete HTTP request.',
    instance: '/',
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
