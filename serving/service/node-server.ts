import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { getRequestListener, RequestError } from '@hono/node-server';
import { OperationFailed } from '../../features/contract/failure.ts';
import { type ProblemDetails, problemDocument } from '../http/problem.ts';
import { MALFORMED_REQUEST, methodNotAllowed, SERVICE_FAILED } from '../http/problems.ts';

/** Each step of a request has a time limit, so that slow clients hold a socket and nothing else. */
const HEADERS_TIMEOUT_MILLISECONDS = 10_000;
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;
const IDLE_TIMEOUT_MILLISECONDS = 60_000;
/** Longer than a load balancer keeps a connection open, so that it never sends a request to one that we have closed. */
const KEEP_ALIVE_MILLISECONDS = 65_000;
const DRAIN_MILLISECONDS = 10_000;
const SWEEP_MILLISECONDS = 50;
/** For HTTP/1.0, which may name no host. No browser is on such a machine, so cookies stay on TLS. */
const UNNAMED_HOST = 'unnamed.invalid';

type Fetch = Parameters<typeof getRequestListener>[0];

/** A server that has its port already and answers once it is told how. */
export interface NodeServer {
  readonly port: number;
  /** From now on requests are answered; what never becomes one is answered in problem documents. */
  answerWith(fetch: Fetch): void;
  /** Lets requests in progress finish, answering others as before, then closes; cuts off those that take too long. */
  drain(): Promise<void>;
}

/**
 * Takes a port. Nobody is answered until `answerWith`, so call it before anything is awaited.
 *
 * @throws OperationFailed when another process has the port
 */
export async function listenOn(host: string, port: number): Promise<NodeServer> {
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MILLISECONDS,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    connectionsCheckingInterval: 2_000,
  });
  server.setTimeout(IDLE_TIMEOUT_MILLISECONDS);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, error.code));
  await listen(server, host, port);
  let inProgress = 0;
  return {
    port: (server.address() as AddressInfo).port,
    answerWith(fetch) {
      const listener = getRequestListener(fetch, { hostname: UNNAMED_HOST, errorHandler: answerUnreadable });
      server.on('request', (incoming, outgoing) => {
        inProgress++;
        outgoing.once('close', () => inProgress--);
        // The fetch standard knows no such request.
        if (incoming.method === 'TRACE' || incoming.method === 'CONNECT')
          answer(outgoing, methodNotAllowed(['GET', 'HEAD', 'POST']), incoming.url ?? '/');
        else void listener(incoming, outgoing);
      });
    },
    async drain() {
      const until = Date.now() + DRAIN_MILLISECONDS;
      // Still listening, so that an orchestrator is told that it stops and is not refused.
      while (inProgress > 0 && Date.now() < until) await setTimeout(SWEEP_MILLISECONDS);
      await close(server);
    },
  };
}

/** What is no request in the eyes of the fetch standard, such as one to a host that cannot be. */
function answerUnreadable(error: unknown): Response {
  const problem = error instanceof RequestError ? MALFORMED_REQUEST : SERVICE_FAILED;
  return new Response(problemDocument(problem, '/'), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
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

/** Those that have not sent a whole request by now are cut off, too. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
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
  const body = problemDocument({ ...MALFORMED_REQUEST, title: reason, status }, '/');
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
