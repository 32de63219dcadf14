import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { BadInput, OperationFailed } from '../../features/contract/failure.ts';
import { sharedSecretAuthenticator } from './authenticate.ts';
import { createService } from './create-service.ts';
import { issueToken } from './issue-token.ts';
import { type LiveScoresOptions, startLiveScores } from './live-scores.ts';

const TOKEN_SECONDS = 12 * 3600;
const DRAIN_MILLISECONDS = 10_000;
const SHORTEST_SECRET = 32;

export interface ServiceOptions extends LiveScoresOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Signs bearer tokens (HS256). May be left out on a loopback address only. */
  readonly jwtSecret?: string | undefined;
  readonly jwtIssuer?: string | undefined;
  readonly jwtAudience?: string | undefined;
}

export interface RunningService {
  readonly url: string;
  /** A token for all tenants, valid for twelve hours, when the service had to make its own secret; else null. */
  readonly token: string | null;
  /** Takes no new requests, lets those under way end, and closes. */
  stop(): Promise<void>;
}

/**
 * Starts the service and resolves once it listens.
 *
 * @throws BadInput without a secret on an address that others can reach, OperationFailed when the port is taken
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { host, port, jwtIssuer, jwtAudience, clock, log } = options;
  const secret = options.jwtSecret ?? secretForLoopback(host);
  if (secret.length < SHORTEST_SECRET)
    throw new BadInput({
      where: 'CHURN_JWT_SECRET',
      what: `the secret is shorter than ${SHORTEST_SECRET} characters`,
      remedy: 'set a longer one, for example from `openssl rand -base64 48`',
    });
  const scores = await startLiveScores(options);
  const auth = sharedSecretAuthenticator({ secret, issuer: jwtIssuer, audience: jwtAudience, clock });
  const server = createServer(getRequestListener(createService({ scores, auth, clock, log }).fetch));
  try {
    await listen(server, host, port);
  } catch (error) {
    await scores.stop();
    throw error;
  }
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    token:
      options.jwtSecret === undefined
        ? await issueToken({
            secret,
            subject: 'local',
            tenants: '*',
            validSeconds: TOKEN_SECONDS,
            clock,
            issuer: jwtIssuer,
            audience: jwtAudience,
          })
        : null,
    async stop() {
      await Promise.all([drain(server), scores.stop()]);
    },
  };
}

function secretForLoopback(host: string): string {
  if (!isLoopback(host))
    throw new BadInput({
      where: `address ${host}`,
      what: 'others can reach it, and without CHURN_JWT_SECRET nobody could tell who they are',
      remedy: 'set CHURN_JWT_SECRET, or CHURN_HOST=127.0.0.1 to try it out alone',
    });
  return randomBytes(48).toString('base64url');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
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

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), DRAIN_MILLISECONDS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
