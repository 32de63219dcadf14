import { join } from 'node:path';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { ModelRegistry } from '../../../models/registry/model-registry.ts';
import { createAuthenticator } from '../../../serving/access/authenticator.ts';
import { issueToken, type TokenRequest } from '../../../serving/access/issue-token.ts';
import { sharedSecretKeys } from '../../../serving/access/token-keys.ts';
import { type NightOptions, scoreNight } from '../../../serving/batch/score-night.ts';
import { type LiveChampions, startLiveChampions } from '../../../serving/champions/live-champions.ts';
import { createServiceLog } from '../../../serving/http/telemetry/service-log.ts';
import { createServiceMetrics } from '../../../serving/http/telemetry/service-metrics.ts';
import { countSnapshot } from '../../../serving/http/telemetry/snapshot-totals.ts';
import { type LiveScores, startLiveScores } from '../../../serving/read-model/live-scores.ts';
import { createService, type ServiceParts } from '../../../serving/service/create-service.ts';
import { createWhatIfThreads } from '../../../serving/what-if/what-if-threads.ts';
import { championsOf, featureSetWithWeeks, linearModel, smallFeatureSet } from '../linear-model.ts';
import { day, type SmallMarts, writeSmallMarts } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';

export const REFRESH_SECONDS = 3600;

export const SECRET = 'a secret that is long enough for HS256';

const MARTS: SmallMarts = {
  tenants: { acme: 40, globex: 5 },
  asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
};

/** A whole service on a real warehouse and a real registry in a folder, with its seams open. */
export interface ServiceUnderTest {
  readonly file: string;
  readonly registry: ModelRegistry;
  readonly scores: LiveScores;
  readonly champions: LiveChampions;
  readonly app: ReturnType<typeof createService>['app'];
  /** Lines of the log, parsed. */
  readonly log: Record<string, unknown>[];
  /** What the clock says; assign to move it. */
  now: Date;
  /** Why the warehouse cannot be opened, when it cannot. */
  outage: string | null;
  night(asOf: string, bias?: number, withheld?: NightOptions['withheld']): Promise<void>;
  token(options?: Partial<TokenRequest>): Promise<string>;
  get(path: string, token?: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, token?: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

type Limits = Partial<Pick<ServiceParts, 'requestsPerMinute' | 'rowsPerMinute'>>;

export async function startServiceUnderTest(
  folder: string,
  marts: SmallMarts = MARTS,
  { requestsPerMinute = null, rowsPerMinute = null }: Limits = {},
  peopleOf: (clock: () => Date) => ServiceParts['people'] = () => null,
): Promise<ServiceUnderTest> {
  const file = join(folder, 'warehouse.duckdb');
  await withWarehouse(file, (warehouse) => writeSmallMarts(warehouse, marts));
  const state = { now: new Date('2026-11-17T08:00:00Z'), outage: null as string | null };
  const clock = () => state.now;
  const lines: Record<string, unknown>[] = [];
  const log = createServiceLog({ write: (line) => lines.push(JSON.parse(line)) });
  const featureSet = marts.hasWeeks ? featureSetWithWeeks : smallFeatureSet;
  const registry = openLocalRegistry({ directory: join(folder, 'models'), clock });
  await promoteSmallModel(registry);

  async function night(
    asOf: string,
    bias = 0,
    withheld: NightOptions['withheld'] = new Map(),
  ): Promise<void> {
    await withWarehouse(file, (warehouse) =>
      scoreNight({
        warehouse,
        registry: championsOf(linearModel({ version: `v${bias}`, bias, featureSet })),
        featureSet,
        asOf: day(asOf),
        withheld,
        clock,
        runId: `run-${asOf}-${bias}`,
        log: () => undefined,
      }),
    );
  }
  await night('2026-11-02');
  await night('2026-11-09');

  const scores = startLiveScores({
    async openWarehouse() {
      if (state.outage !== null) throw new Error(state.outage);
      return openDuckDbWarehouse({ file, readOnly: true, lockTimeoutMs: 100 });
    },
    refreshSeconds: REFRESH_SECONDS,
    clock,
    log: (line) => log.warn({}, line),
  });
  await scores.refresh();
  const champions = startLiveChampions({
    registry,
    refreshSeconds: REFRESH_SECONDS,
    log: (line) => log.warn({}, line),
    warn: (line) => log.warn({}, line),
  });
  const metrics = createServiceMetrics({
    version: '0.0.0',
    clock,
    totals: () => ({
      ageSeconds: 0,
      isStale: scores.isStale(),
      ...countSnapshot(scores.snapshot(), clock()),
    }),
  });
  const threads = createWhatIfThreads({ threads: 1 });
  const { app } = createService({
    scores,
    champions,
    authenticate: createAuthenticator({ keys: sharedSecretKeys(SECRET), clock }),
    people: peopleOf(clock),
    metrics,
    traces: null,
    log,
    clock,
    version: '0.0.0',
    requestsPerMinute,
    rowsPerMinute,
    threads,
  });
  return {
    file,
    registry,
    scores,
    champions,
    app,
    log: lines,
    get now() {
      return state.now;
    },
    set now(now) {
      state.now = now;
    },
    get outage() {
      return state.outage;
    },
    set outage(outage) {
      state.outage = outage;
    },
    night,
    token: (options = {}) =>
      issueToken({ secret: SECRET, subject: 'ana', tenants: ['acme'], validSeconds: 600, clock, ...options }),
    async get(path, token, headers = {}) {
      return app.request(path, { headers: { ...bearer(token), ...headers } });
    },
    async post(path, body, token, headers = {}) {
      return app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    async stop() {
      await Promise.all([scores.stop(), champions.stop(), threads.stop(), metrics.stop()]);
    },
  };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function withWarehouse(file: string, use: (warehouse: Warehouse) => Promise<unknown>): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file });
  try {
    await use(warehouse);
  } finally {
    await warehouse.close();
  }
}
