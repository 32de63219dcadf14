import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { bindValues, loadStagedBinds, type SentBinds, sentBindsSchema } from './bind-values.ts';
import { type FaultKind, FaultPlan, type FaultPoint } from './faults.ts';
import { bodyOf, failure, inProgress, json, withQueryId } from './replies.ts';
import { type ResultSet, resultOf } from './result-set.ts';
import { RowSets } from './row-sets.ts';
import { runStatement, type StatementOutcome, statementKind, UnsupportedFeature } from './run-statement.ts';
import { NoWarehouse, SecurityCatalog } from './security-catalog.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';
import type { EndpointUser } from './sign-in.ts';
import { type Token, tokensOf } from './sql-tokens.ts';
import { StageStorage } from './stage-storage.ts';
import type { StatementWorld } from './statement-world.ts';
import { SYSTEM_COLUMNS } from './system-columns.ts';

export interface EndpointOptions {
  readonly account: string;
  readonly users: readonly EndpointUser[];
  /** Default `:memory:`. */
  readonly file?: string;
  /** Larger results come in chunks of this many rows. Default 1000. */
  readonly rowsPerChunk?: number;
  /** A statement that takes longer is answered with "in progress" first. Default 10 s. */
  readonly answerWithinMs?: number;
  /** Whether roles may do only what they were granted, in an account that is empty at first. Default `ignored`. */
  readonly grants?: 'checked' | 'ignored';
  /** Default `enterprise`. */
  readonly edition?: 'standard' | 'enterprise';
  /** How long every statement takes before it begins, as on a network and in a compiler. Default 0. */
  readonly statementDelayMs?: number;
  /** Session parameters that the account sets for everybody. */
  readonly accountParameters?: Readonly<Record<string, string>>;
}

/** What became of a request: an answer, a dead socket, or an answer that stops half-way. */
export type EndpointReply = Response | { readonly dropped: true } | { readonly truncated: Response };

/** A statement that arrived, for tests that look at what was asked. */
export interface ReceivedStatement {
  readonly sql: string;
  readonly kind: string;
  readonly queryTag: string | undefined;
  readonly role: string;
}

/** Longer than any test waits. */
const SILENCE_MS = 600_000;
const PASSING_FAILURES: Readonly<Partial<Record<FaultKind, readonly [string, string, string]>>> = {
  locked: [
    '000625',
    "Statement '01b2' has locked table 'ACCOUNT_CHURN_SCORES' in transaction 17 and this lock has not yet been released. Your statement was aborted because the number of waiters for this lock exceeds the 20 statements limit.",
    '57014',
  ],
  deadlock: ['000633', 'Transaction 17 was aborted as it would have caused a deadlock.', '40001'],
  internal: [
    '000603',
    'SQL execution internal error: Processing aborted by error 300002:2523989150; incident 4711.',
    'XX000',
  ],
};
const SESSION_EXPIRED = '390112';
const SESSION_GONE = '390111';
const IN_PROGRESS = '333333';
const IN_PROGRESS_ASYNC = '333334';

const querySchema = z.object({
  sqlText: z.string(),
  asyncExec: z.boolean().optional(),
  bindings: sentBindsSchema.optional(),
  bindStage: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Snowflake's REST protocol as the Node client speaks it, with DuckDB behind: enough of it to run the real client, and
 * no more. SQL that it does not understand is refused.
 */
export async function createSnowflakeEndpoint(options: EndpointOptions): Promise<SnowflakeEndpoint> {
  const instance = await DuckDBInstance.create(options.file ?? ':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run('create schema if not exists snowflake_system');
  await connection.run(SYSTEM_COLUMNS);
  connection.disconnectSync();
  return new SnowflakeEndpoint(options, instance);
}

export class SnowflakeEndpoint {
  readonly faults = new FaultPlan();
  readonly statements: ReceivedStatement[] = [];
  readonly security: SecurityCatalog;
  readonly instance: DuckDBInstance;
  readonly #options: EndpointOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'snowflake-endpoint-'));
  readonly #storage = new StageStorage(join(this.#folder, 'storage'));
  readonly #sessions: Sessions;
  readonly #rowSets: RowSets;
  /** By request id: a repeated request gets the first one's answer and does nothing. */
  readonly #answers = new Map<string, { readonly queryId: string; readonly body: Promise<unknown> }>();
  /** By query id. */
  readonly #running = new Map<string, { body: Promise<unknown>; isDone: boolean; failed: boolean }>();
  #changes: Promise<unknown> = Promise.resolve();
  readonly #loadedFiles = new Set<string>();

  constructor(options: EndpointOptions, instance: DuckDBInstance) {
    this.#options = options;
    this.instance = instance;
    this.security = new SecurityCatalog(options.grants ?? 'ignored');
    this.#sessions = new Sessions(options, instance, this.security);
    this.#rowSets = new RowSets(options.rowsPerChunk ?? 1000);
  }

  async handle(request: Request): Promise<EndpointReply> {
    const url = new URL(request.url);
    const path = url.pathname;
    const storage = `/gcs/${this.#storage.bucket}/`;
    if (path.startsWith(storage)) {
      const point = ({ PUT: 'upload', HEAD: 'head', GET: 'download' } as const)[request.method as 'PUT'];
      const key = decodeURIComponent(path.slice(storage.length));
      return this.#struck(point, () => this.#storage.serve(request, key));
    }
    if (path.startsWith('/chunks/')) return this.#struck('chunk', async () => this.#rowSets.chunk(path));
    if (path === '/session/v1/login-request')
      return this.#struck('login', async () =>
        json(await this.#sessions.login(await bodyOf(request), url.searchParams)),
      );
    if (path === '/session/token-request')
      return this.#struck('renew', async () => json(this.#sessions.renew(request)));
    if (path === '/telemetry/send' || path === '/session/heartbeat')
      return json({ success: true, data: null });
    if (path === '/session') return json(await this.#sessions.signOut(request));
    if (path === '/queries/v1/abort-request') return json({ success: true, data: null });
    const session = this.#sessions.of(request);
    if (session === undefined)
      return json(
        failure(SESSION_GONE, 'Session no longer exists. New login required to access the service.'),
      );
    if (path === '/queries/v1/query-request') return this.#query(request, url, session);
    const monitored = /^\/monitoring\/queries\/([\w-]+)$/.exec(path)?.[1];
    if (monitored !== undefined) return json(this.#monitor(monitored));
    const resulting = /^\/queries\/([\w-]+)\/result$/.exec(path)?.[1];
    if (resulting !== undefined)
      return this.#struck('result', async () => json(await this.#resultOf(resulting)));
    throw new Error(`the test endpoint has no ${request.method} ${path}`);
  }

  async close(): Promise<void> {
    this.#sessions.disconnect();
    this.instance.closeSync();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Objects on all stages. */
  storedFiles(): readonly string[] {
    return this.#storage.keysUnder('');
  }

  async #query(request: Request, url: URL, session: Session): Promise<EndpointReply> {
    const body = querySchema.parse(await bodyOf(request));
    const requestId = url.searchParams.get('requestId') ?? randomUUID();
    let kind = 'unreadable';
    try {
      kind = statementKind(tokensOf(body.sqlText));
    } catch {
      // Refused below, in the form of an answer.
    }
    const fault = this.faults.at(`query:${kind}`);
    if (fault === 'unavailable') return new Response('busy', { status: 503 });
    if (fault === 'reset-before') return { dropped: true };
    if (fault === 'expired') {
      this.#sessions.expire(request, session);
      return json(failure(SESSION_EXPIRED, 'Authentication token has expired.'));
    }
    if (fault === 'slow') await sleep(150);
    if (fault === 'silent') await sleep(SILENCE_MS, undefined, { ref: false });
    const passing = fault === undefined ? undefined : PASSING_FAILURES[fault];
    if (passing !== undefined) return json(failure(...passing));

    let answer = this.#answers.get(requestId);
    if (answer === undefined) {
      const queryTag = body.parameters?.QUERY_TAG;
      this.statements.push({
        sql: body.sqlText,
        kind,
        role: session.role,
        queryTag: typeof queryTag === 'string' ? queryTag : session.parameters.get('QUERY_TAG'),
      });
      answer = {
        queryId: randomUUID(),
        body: this.#run(session, body, url.origin, fault === 'wrong-status'),
      };
      this.#answers.set(requestId, answer);
      const running = { body: answer.body, isDone: false, failed: false };
      this.#running.set(answer.queryId, running);
      void answer.body.then((done) => {
        running.isDone = true;
        running.failed = (done as { success: boolean }).success === false;
      });
    }
    const { queryId } = answer;
    if (body.asyncExec) return json(inProgress(IN_PROGRESS_ASYNC, queryId));
    const late = Symbol('late');
    const done = await Promise.race([
      answer.body,
      sleep(this.#options.answerWithinMs ?? 10_000, late, { ref: false }),
    ]);
    if (fault === 'reset-after') {
      await answer.body;
      return { dropped: true };
    }
    if (done === late) return json(inProgress(IN_PROGRESS, queryId));
    return json(withQueryId(done, queryId));
  }

  async #resultOf(queryId: string): Promise<unknown> {
    const running = this.#running.get(queryId);
    if (running === undefined) return failure('000709', `Statement ${queryId} not found`);
    return withQueryId(await running.body, queryId);
  }

  #monitor(queryId: string): unknown {
    const running = this.#running.get(queryId);
    const status = running?.isDone ? (running.failed ? 'FAILED_WITH_ERROR' : 'SUCCESS') : 'RUNNING';
    return { success: true, data: { queries: running === undefined ? [] : [{ id: queryId, status }] } };
  }

  /**
   * MERGE, UPDATE and DELETE hold a lock that lets one of them run at a time. DuckDB sees a conflict only where two change
   * the same row, so two MERGEs that each find none would both insert.
   */
  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => undefined);
    return turn;
  }

  #run(
    session: Session,
    body: z.infer<typeof querySchema>,
    origin: string,
    wrongStatus: boolean,
  ): Promise<unknown> {
    const { statementDelayMs = 0 } = this.#options;
    const run = session.queue
      .catch(() => undefined)
      .then(() => (statementDelayMs === 0 ? undefined : sleep(statementDelayMs)))
      .then(() => this.#answer(session, body, origin, wrongStatus));
    session.queue = run;
    return run;
  }

  async #answer(
    session: Session,
    { sqlText, bindings, bindStage }: z.infer<typeof querySchema>,
    origin: string,
    wrongStatus: boolean,
  ): Promise<unknown> {
    const world: StatementWorld = {
      storage: this.#storage,
      security: this.security,
      edition: this.#options.edition ?? 'enterprise',
      loadedFiles: this.#loadedFiles,
    };
    try {
      const tokens = namesOf(session, tokensOf(sqlText));
      const binds: SentBinds = bindings ?? {};
      if (bindStage)
        return this.#rowSets.answer(await loadStagedBinds(session, tokens, bindStage, this.#storage), origin);
      const bound = bindValues(binds);
      if (bound.isArray) {
        let inserted = 0;
        for (const row of bound.rows) {
          await runStatement(session, tokens, row, '', world);
          inserted += 1;
        }
        return this.#rowSets.answer(resultOf({ 'number of rows inserted': [inserted] }), origin);
      }
      const run = () =>
        waitingForOthers(session, () =>
          runStatement(session, tokens, bound.rows[0] as DuckDBValue[], randomUUID(), world),
        );
      const outcome = await (changesRows(tokens) && !session.inTransaction ? this.#inTurn(run) : run());
      return this.#outcomeBody(outcome, origin, wrongStatus);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof UnsupportedFeature) return failure('000002', message, '0A000');
      if (error instanceof NoWarehouse) return failure('000606', message, '57P03');
      if (/does not exist/i.test(message)) return failure('002003', message, '02000');
      return failure(/privilege/i.test(message) ? '003001' : '001003', message, '42000');
    }
  }

  #outcomeBody(outcome: StatementOutcome, origin: string, wrongStatus: boolean): unknown {
    if ('transfer' in outcome) {
      const { prefix, ...transfer } = outcome.transfer;
      return {
        success: true,
        data: {
          ...transfer,
          sourceCompression: 'auto_detect',
          parallel: 4,
          stageInfo: {
            locationType: 'GCS',
            location: `${this.#storage.bucket}/${prefix}`,
            endPoint: `${origin}/gcs`,
            region: 'test',
            creds: { GCS_ACCESS_TOKEN: this.#storage.accessToken },
          },
        },
      };
    }
    return this.#rowSets.answer(wrongStatus ? wrong(outcome.result) : outcome.result, origin);
  }

  /** Answers with what the plan has in store for this point. */
  async #struck(point: FaultPoint, answer: () => Promise<Response>): Promise<EndpointReply> {
    const fault: FaultKind | undefined = this.faults.at(point);
    switch (fault) {
      case 'unavailable':
        return new Response('busy', { status: 503 });
      case 'reset-before':
        return { dropped: true };
      case 'expired':
        return new Response('expired', { status: 403 });
      case 'reset-after':
        await answer();
        return { dropped: true };
      case 'truncated':
        return { truncated: await answer() };
      case 'short': {
        const whole = await answer();
        const bytes = new Uint8Array(await whole.arrayBuffer());
        const cut = bytes.slice(0, Math.max(1, (bytes.length >> 1) - 3));
        return new Response(cut, {
          headers: { ...Object.fromEntries(whole.headers), 'content-length': String(cut.length) },
        });
      }
      case 'slow':
        await sleep(150);
    }
    return answer();
  }
}

/** With QUOTED_IDENTIFIERS_IGNORE_CASE, quotes do not keep a name's case. */
function namesOf({ parameters }: Session, tokens: readonly Token[]): readonly Token[] {
  if (parameters.get('QUOTED_IDENTIFIERS_IGNORE_CASE') !== 'true') return tokens;
  return tokens.map((token) =>
    token.kind === 'quoted'
      ? { ...token, text: token.text.toUpperCase(), value: token.value.toUpperCase() }
      : token,
  );
}

function changesRows([first]: readonly Token[]): boolean {
  return ['merge', 'update', 'delete'].includes(String(first?.value).toLowerCase());
}

/** Where two statements change one row DuckDB refuses the second; Snowflake lets it wait until the first is done. */
async function waitingForOthers<Result>(session: Session, run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (session.inTransaction || attempt > 100 || !/conflict/i.test(String(error))) throw error;
      await sleep(5);
    }
  }
}

/** A status row that says that nothing was loaded. */
function wrong(result: ResultSet): ResultSet {
  const texts: Readonly<Record<string, string>> = {
    status: 'LOAD_FAILED',
    first_error: 'a fault was asked for',
  };
  const numbers = /^(rows_loaded|rows_unloaded|number of rows)/;
  return {
    columns: result.columns,
    rows: result.rows.map((row) =>
      row.map((value, index) => {
        const { name } = result.columns[index]!;
        return texts[name] ?? (numbers.test(name) ? String(Number(value) + 1) : value);
      }),
    ),
  };
}
