import { Agent, request as send } from 'node:http';
import { type OpenLoop, openLoop } from './open-loop.ts';
import { listRequests, type Request, tokenFor } from './requests.ts';
import { startOurs } from './services.ts';

/** What one tenant got for its what-ifs. */
export interface Share {
  readonly tenant: string;
  readonly clients: number;
  readonly acceptedRowsPerSecond: number;
  readonly accepted: number;
  /** Answered 429 or 503. */
  readonly refused: number;
  readonly failures: number;
}

export interface Fairness {
  readonly rowLimit: string;
  readonly listsAlone: OpenLoop;
  readonly listsBeside: OpenLoop;
  /** What-ifs of one row, of a tenant that asks for nothing else. */
  readonly oneRowBeside: OpenLoop;
  readonly shares: readonly Share[];
}

export interface FairnessOptions {
  readonly served: string;
  readonly secret: string;
  readonly tenantIds: readonly string[];
  readonly tokens: readonly string[];
  /** Feature values of accounts, over and over. */
  readonly accounts: readonly object[];
  readonly seconds: number;
  readonly listsPerSecond: number;
  /** Null for that of the service. */
  readonly rowLimit: string | null;
}

const ROWS = 1_000;
const BODY_BYTES = 1024 * 1024;
/** Four clients: two of one tenant, one each of two others. */
const CLIENTS = [0, 0, 1, 2];
/** Asks for one row at a time. */
const MODEST_TENANT = 3;
const ONE_ROW_PER_SECOND = 10;
/** So long what came at once at the beginning is still being paid off. */
const WARM_UP_SECONDS = 20;

/**
 * Lists alone, and lists beside four clients that post a thousand rows at a time and again at once, also when they are
 * refused.
 */
export async function fairness(options: FairnessOptions): Promise<Fairness> {
  const { served, secret, tenantIds, tokens, accounts, seconds, listsPerSecond, rowLimit } = options;
  const service = await startOurs(served, secret, rowLimit === null ? {} : { CHURN_ROW_LIMIT: rowLimit });
  try {
    const lists = listRequests(tenantIds, tokens);
    await openLoop(service.url, lists, { perSecond: listsPerSecond, seconds: 3 });
    const listsAlone = await openLoop(service.url, lists, { perSecond: listsPerSecond, seconds });
    const body = largeBody(accounts);
    const clients = await Promise.all(
      CLIENTS.map(async (tenant, at) => {
        const token = await tokenFor(tenantIds[tenant]!, secret, `client ${at}`);
        return { tenant, ...postOverAndOver(service.url, post(tenantIds[tenant]!, token, body)) };
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_SECONDS * 1000));
    for (const { counts } of clients) Object.assign(counts, NOTHING);
    const begun = performance.now();
    const one = JSON.stringify({ accounts: [accounts[0]] });
    const [listsBeside, oneRowBeside] = await Promise.all([
      openLoop(service.url, lists, { perSecond: listsPerSecond, seconds }),
      openLoop(service.url, [post(tenantIds[MODEST_TENANT]!, tokens[MODEST_TENANT]!, one)], {
        perSecond: ONE_ROW_PER_SECOND,
        seconds,
      }),
    ]);
    const elapsed = (performance.now() - begun) / 1000;
    const shares = [...new Set(CLIENTS)].map((tenant) => {
      const own = clients.filter((client) => client.tenant === tenant);
      const sum = (name: keyof Counts) => own.reduce((total, { counts }) => total + counts[name], 0);
      return {
        tenant: tenantIds[tenant]!,
        clients: own.length,
        acceptedRowsPerSecond: (sum('accepted') * ROWS) / elapsed,
        accepted: sum('accepted'),
        refused: sum('refused'),
        failures: sum('failures'),
      };
    });
    for (const { stop } of clients) stop();
    return { rowLimit: rowLimit ?? 'default', listsAlone, listsBeside, oneRowBeside, shares };
  } finally {
    await service.stop();
  }
}

function post(tenantId: string, token: string, body: string): Request {
  return {
    method: 'POST',
    path: `/v1/tenants/${tenantId}/score`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  };
}

/** A thousand rows with as many of their columns as a body has room for. */
function largeBody(accounts: readonly object[]): string {
  const columns = Object.keys(accounts[0]!);
  for (let kept = columns.length; ; kept--) {
    const names = columns.slice(0, kept);
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const account = accounts[row % accounts.length]! as Record<string, unknown>;
      return Object.fromEntries(names.map((name) => [name, account[name]]));
    });
    const body = JSON.stringify({ accounts: rows });
    if (Buffer.byteLength(body) <= BODY_BYTES) return body;
  }
}

interface Counts {
  accepted: number;
  refused: number;
  failures: number;
}

const NOTHING: Readonly<Counts> = { accepted: 0, refused: 0, failures: 0 };

/** One connection that sends the next request when the last one is answered, whatever the answer was. */
function postOverAndOver(url: string, { method, path, headers, body }: Request) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts = { ...NOTHING };
  let isStopped = false;
  const sendNext = () => {
    if (isStopped) return;
    const outgoing = send(`${url}${path}`, { method, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) counts.accepted++;
        else if (response.statusCode === 429 || response.statusCode === 503) counts.refused++;
        else counts.failures++;
        sendNext();
      });
    });
    outgoing.on('error', () => {
      if (isStopped) return;
      counts.failures++;
      setTimeout(sendNext, 100);
    });
    outgoing.end(body);
  };
  sendNext();
  return {
    counts,
    stop() {
      isStopped = true;
      agent.destroy();
    },
  };
}
