import type { ModelRegistry } from '../../models/registry/model-registry.ts';
import { createAuthenticator } from '../access/authenticator.ts';
import { issueToken } from '../access/issue-token.ts';
import { type OidcSettings, peopleAccess } from '../access/people-access.ts';
import { type TokenOptions, tokenKeys } from '../access/token-options.ts';
import { startLiveChampions } from '../champions/live-champions.ts';
import { createRequestTraces } from '../http/telemetry/request-traces.ts';
import type { ServiceLog } from '../http/telemetry/service-log.ts';
import { createServiceMetrics } from '../http/telemetry/service-metrics.ts';
import { countSnapshot } from '../http/telemetry/snapshot-totals.ts';
import { ageSeconds } from '../read-model/age-seconds.ts';
import { type LiveScoresOptions, startLiveScores } from '../read-model/live-scores.ts';
import { createWhatIfThreads } from '../what-if/what-if-threads.ts';
import { createService } from './create-service.ts';
import { listenOn } from './node-server.ts';
import { PROGRAM_VERSION } from './program-version.ts';

const TOKEN_SECONDS = 12 * 3600;

export interface ServiceOptions extends TokenOptions, Omit<LiveScoresOptions, 'log'> {
  /** 0 takes any free port. */
  readonly port: number;
  readonly registry: Pick<ModelRegistry, 'champions' | 'load' | 'history'>;
  /** Where people log in; null or left out for tokens only. */
  readonly oidc?: OidcSettings | null | undefined;
  /** Per token subject, and five times as many per tenant; null for no limit. */
  readonly requestsPerMinute: number | null;
  /** The same for rows that are scored. */
  readonly rowsPerMinute: number | null;
  /** Base of an OTLP/HTTP collector. */
  readonly otlpEndpoint?: string | undefined;
  readonly log: ServiceLog;
}

export interface RunningService {
  readonly url: string;
  /** A token for all tenants, valid for twelve hours, when the service had to make its own secret; else null. */
  readonly token: string | null;
  /** Looks for newer scores and champions now rather than at the next interval. */
  refresh(): Promise<void>;
  /** Lets requests in progress finish, answers others that it is stopping, and closes. */
  stop(): Promise<void>;
}

/**
 * Starts the service and resolves once it listens. It is ready a little later, when the first scores are loaded.
 *
 * @throws BadInput for settings that would accept other people's tokens, OperationFailed when the port is taken
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { host, port, jwtIssuer, jwtAudience, otlpEndpoint, registry, refreshSeconds, clock, log } = options;
  const { keys, ownSecret } = tokenKeys(options);
  const people = options.oidc == null ? null : await peopleAccess(options.oidc, clock);
  // Before anything is loaded, which may take long.
  const server = await listenOn(host, port);
  const scores = startLiveScores({ ...options, log: (line) => log.warn({}, line) });
  const metrics = createServiceMetrics({
    version: PROGRAM_VERSION,
    otlpEndpoint,
    clock,
    totals: () => {
      const confirmedAt = scores.confirmedAt();
      return {
        ageSeconds: confirmedAt === null ? null : ageSeconds(confirmedAt, clock),
        isStale: scores.isStale(),
        ...countSnapshot(scores.snapshot(), clock()),
      };
    },
  });
  const traces = otlpEndpoint === undefined ? null : createRequestTraces(PROGRAM_VERSION, otlpEndpoint);
  const champions = startLiveChampions({
    registry,
    refreshSeconds,
    log(line) {
      metrics.championRefused();
      log.warn({}, line);
    },
    warn: (line) => log.warn({}, line),
  });
  const threads = createWhatIfThreads();
  threads.start();
  const service = createService({
    scores,
    champions,
    authenticate: createAuthenticator({ keys, issuer: jwtIssuer, audience: jwtAudience, clock }),
    people,
    metrics,
    traces,
    log,
    clock,
    version: PROGRAM_VERSION,
    requestsPerMinute: options.requestsPerMinute,
    rowsPerMinute: options.rowsPerMinute,
    threads,
  });
  server.answerWith(service.app.fetch);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    token:
      ownSecret === null
        ? null
        : await issueToken({
            secret: ownSecret,
            subject: 'local',
            tenants: '*',
            validSeconds: TOKEN_SECONDS,
            clock,
            issuer: jwtIssuer,
            audience: jwtAudience,
          }),
    async refresh() {
      await Promise.all([scores.refresh(), champions.refresh()]);
    },
    async stop() {
      service.startStopping();
      await server.drain();
      await Promise.all([scores.stop(), champions.stop(), threads.stop(), metrics.stop(), traces?.stop()]);
    },
  };
}
