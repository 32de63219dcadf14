import { randomBytes } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { type Fairness, fairness } from './fairness.ts';
import { openLoop } from './open-loop.ts';
import { type Platform, prepareLogistic, preparePlatform } from './platform.ts';
import { listRequests, tokensFor, whatIfRequests } from './requests.ts';
import { saturate } from './saturate.ts';
import { type Service, startOurs, startPeer } from './services.ts';
import { type Soak, soak } from './soak.ts';

/**
 * Ours and FastAPI + uvicorn + scikit-learn side by side: the same list of the same accounts and the same what-if,
 * from memory, behind the same tokens, one process each, one after the other on the same machine.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tenants: { type: 'string', default: '500' },
    accounts: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000' },
    'soak-minutes': { type: 'string', default: '0' },
    'soak-rate': { type: 'string', default: '1000' },
    'soak-only': { type: 'boolean', default: false },
    /** `fairness` measures nothing else. */
    part: { type: 'string', default: 'all' },
    'list-rate': { type: 'string', default: '200' },
  },
});
const size = { tenants: Number(values.tenants), accounts: Number(values.accounts) };
const seconds = Number(values.seconds);
const folder = join(process.env.CHURN_HOME ?? '.churn', 'bench-serving');
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Row {
  readonly work: string;
  readonly service: string;
  readonly requests_per_second: number;
  readonly megabytes_per_second: number;
  readonly cpu_ms_per_request: number;
  readonly p50_ms: number;
  readonly failures: number;
}

/** What else the machine did: on a quiet one it is next to nothing. */
const loadBefore = rounded(loadavg()[0]!);
say('preparing the platform (once)');
const platform = await preparePlatform(folder, size);
const secret = randomBytes(32).toString('hex');
const tokens = await tokensFor(platform.tenantIds, secret);
const accounts = await accountsToAskAbout(platform);
const rows: Row[] = [];
const isFairnessOnly = values.part === 'fairness';
const isSoakOnly = values['soak-only'];

const LIST = 'list';
const COMPRESSED = 'list, gzip';
const LOGISTIC = 'what-if, logistic';
// Boosting has no contributions to give, so like for like is without drivers.
const BEST = 'what-if, best model, no drivers';
const EXPLAINED = 'what-if, best model, 5 drivers';
const IDIOMATIC = 'FastAPI, as taught';
const TUNED = 'FastAPI, tuned';
const OURS = 'churn serve';
/** The peer has no limits. */
const UNLIMITED = { CHURN_RATE_LIMIT: '0', CHURN_ROW_LIMIT: '0' };

async function measure(service: Service, variant: string, work: string, prefix = ''): Promise<void> {
  const { tenantIds } = platform;
  const isList = work === LIST || work === COMPRESSED;
  const requests = isList
    ? listRequests(tenantIds, tokens, { prefix, isCompressed: work === COMPRESSED })
    : whatIfRequests(tenantIds, tokens, accounts, { prefix, drivers: work === BEST ? 0 : 5 });
  const connections = isList ? 32 : 16;
  const result = await saturate(service.url, requests, { seconds, connections, pid: service.pid });
  rows.push({
    work,
    service: variant,
    requests_per_second: rounded(result.requestsPerSecond),
    megabytes_per_second: rounded(result.megabytesPerSecond),
    cpu_ms_per_request: rounded(result.cpuMillisecondsPerRequest, 3),
    p50_ms: rounded(result.p50Milliseconds),
    failures: result.failures,
  });
  say(`${work}, ${variant}: ${rounded(result.requestsPerSecond)} requests/s, ${result.failures} failures`);
}

if (!isSoakOnly && !isFairnessOnly) {
  const peer = await startPeer(platform, secret);
  for (const work of [LIST, COMPRESSED, LOGISTIC]) {
    await measure(peer, IDIOMATIC, work);
    await measure(peer, TUNED, work, '/tuned');
  }
  await measure(peer, TUNED, BEST, '/boosting');
  await peer.stop();
  const logistic = await startOurs(await prepareLogistic(platform), secret, UNLIMITED);
  await measure(logistic, OURS, LOGISTIC);
  await logistic.stop();
}

let atRate: Awaited<ReturnType<typeof openLoop>> | null = null;
let soaked: Soak | null = null;
const lists = listRequests(platform.tenantIds, tokens);
const minutes = Number(values['soak-minutes']);
if (!isFairnessOnly) {
  const ours = await startOurs(platform.served, secret, UNLIMITED);
  if (!isSoakOnly) {
    for (const work of [LIST, COMPRESSED, BEST, EXPLAINED]) await measure(ours, OURS, work);
    say(`list at ${values.rate} requests/s`);
    await openLoop(ours.url, lists, { perSecond: Number(values.rate), seconds: 3 });
    atRate = await openLoop(ours.url, lists, { perSecond: Number(values.rate), seconds: 30 });
  }
  if (minutes > 0)
    soaked = await soak(ours.url, lists, {
      minutes,
      perSecond: Number(values['soak-rate']),
      onMinute: (minute, megabytes) => say(`soak, minute ${minute}: ${megabytes.toFixed(0)} MB`),
    });
  await ours.stop();
}
const fair: Fairness[] = [];
if (!isSoakOnly)
  for (const rowLimit of [null, '0']) {
    say(`lists beside what-ifs, ${rowLimit === null ? 'at their limit' : 'without a limit'}`);
    fair.push(
      await fairness({
        served: platform.served,
        secret,
        tenantIds: platform.tenantIds,
        tokens,
        accounts,
        seconds: Math.max(30, seconds),
        listsPerSecond: Number(values['list-rate']),
        rowLimit,
      }),
    );
  }

const row = (work: string, service: string) =>
  rows.find((one) => one.work === work && one.service === service);
const ratios = [LIST, COMPRESSED, LOGISTIC, BEST].flatMap((work) =>
  [IDIOMATIC, TUNED].flatMap((service) => {
    const [own, peer] = [row(work, OURS), row(work, service)];
    if (own === undefined || peer === undefined) return [];
    return [
      {
        work,
        against: service,
        requests_per_second: rounded(own.requests_per_second / peer.requests_per_second),
        requests_per_cpu_second: rounded(peer.cpu_ms_per_request / own.cpu_ms_per_request),
      },
    ];
  }),
);
const report = {
  node: process.version,
  cores: availableParallelism(),
  load_before: loadBefore,
  ...size,
  rows,
  ratios,
  list_at_rate: atRate,
  soak: soaked,
  fairness: fair,
};
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else describe();

function describe(): void {
  if (rows.length > 0) console.table(rows);
  if (ratios.length > 0) console.table(ratios);
  if (atRate !== null)
    console.log(
      `list at ${values.rate} requests/s over ${size.accounts} accounts in ${size.tenants} tenants: ` +
        `p50 ${atRate.p50Milliseconds.toFixed(1)} ms, p95 ${atRate.p95Milliseconds.toFixed(1)} ms, ` +
        `p99 ${atRate.p99Milliseconds.toFixed(1)} ms, ${atRate.failures} failures`,
    );
  if (soaked !== null)
    console.log(
      `soak of ${soaked.minutes} min at ${values['soak-rate']} requests/s: ` +
        `${soaked.megabytes.map((value) => value.toFixed(0)).join(', ')} MB; ` +
        `${soaked.megabytesPerMinute.toFixed(2)} MB/min over the second half, ${soaked.failures} failures`,
    );
  fair.forEach(describeFairness);
}

function describeFairness({ rowLimit, listsAlone, listsBeside, oneRowBeside, shares }: Fairness): void {
  const latency = (loop: typeof listsAlone) =>
    `p50 ${loop.p50Milliseconds.toFixed(1)} ms, p95 ${loop.p95Milliseconds.toFixed(1)} ms, ` +
    `p99 ${loop.p99Milliseconds.toFixed(1)} ms, ${loop.failures} failures`;
  console.log(
    `\n4 clients post 1,000-row what-ifs, row limit ${rowLimit === '0' ? 'none' : rowLimit}; ` +
      `${availableParallelism()} cores, load ${loadBefore} before`,
  );
  console.log(`lists alone, ${values['list-rate']} a second:  ${latency(listsAlone)}`);
  console.log(`lists beside the what-ifs:   ${latency(listsBeside)}`);
  console.log(`what-ifs of one row beside:  ${latency(oneRowBeside)}`);
  console.table(
    shares.map((share) => ({ ...share, acceptedRowsPerSecond: rounded(share.acceptedRowsPerSecond) })),
  );
}

/** Feature values of some real accounts of the world, as a caller would post them. */
async function accountsToAskAbout({ world }: Platform): Promise<object[]> {
  const registry = openLocalRegistry({ directory: join(world, 'models'), clock: () => new Date() });
  const { model } = await registry.load('churn-tenants', 'champion');
  const warehouse = await openDuckDbWarehouse({ file: join(world, 'warehouse.duckdb'), readOnly: true });
  const columns = model.featureSet.features.map(({ name }) => name);
  const found: object[] = [];
  for await (const batch of warehouse.read({
    relation: { schema: 'analytics', name: 'account_features' },
    columns,
    where: [],
  })) {
    for (let row = 0; row < batch.rowCount && found.length < 100; row++)
      found.push(
        Object.fromEntries(
          columns.map((name) => {
            const value = batch.columns.get(name)!.values[row] ?? null;
            return [name, typeof value === 'number' && !Number.isFinite(value) ? null : value];
          }),
        ),
      );
    if (found.length === 100) break;
  }
  await warehouse.close();
  return found;
}

function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
