import { setTimeout as sleep } from 'node:timers/promises';
import type { Bind, Connection, ConnectionOptions, RowStatement } from 'snowflake-sdk';
import type { OperationFailed } from '../../contract/failure.ts';
import type { KeyValue } from '../warehouse.ts';
import { quotedName } from './control-schema.ts';
import { guardTransfer } from './guard-transfer.ts';
import { parameterList } from './session-parameters.ts';
import { redact, shortened, statementFailure, TransientFailure } from './snowflake-failure.ts';
import { type SnowflakeOptions, secretsOf } from './snowflake-options.ts';

export type Value = string | number | boolean | null;

/** Rows of a statement, values in the order of `columns` (names as Snowflake has them). */
export interface StatementRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  readonly queryId: string;
}

const STATEMENT_TIMEOUT_SECONDS = 1800;
const TRANSFER_TIMEOUT_SECONDS = 900;
/** What an answer may take beyond the statement's own time. */
const GRACE_SECONDS = 60;
const CLOSE_MILLISECONDS = 5_000;
const LATE = Symbol('late');

/** One signed-in session of the real client. Transactions are per session, so reads and writes have one each. */
export class SnowflakeSession {
  readonly #options: SnowflakeOptions;
  readonly #connection: Connection;

  private constructor(options: SnowflakeOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
  }

  static async open(options: SnowflakeOptions): Promise<SnowflakeSession> {
    const connection = await signIn(options);
    const session = new SnowflakeSession(options, connection);
    try {
      // Only the configured role counts: what it may not do must fail here as it will in production.
      await session.execute('use secondary roles none');
      await session.execute(`alter session set ${parameterList()}`);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Runs one statement; values are bound to its `?`. Snowflake ends one that takes too long; where no answer comes at all, this does. */
  async execute(statement: string, binds: readonly KeyValue[] = []): Promise<StatementRows> {
    const { statementTimeoutSeconds = STATEMENT_TIMEOUT_SECONDS, graceSeconds = GRACE_SECONDS } =
      this.#options;
    return this.#within(statementTimeoutSeconds + graceSeconds, statement, this.#send(statement, binds));
  }

  #send(statement: string, binds: readonly KeyValue[]): Promise<StatementRows> {
    const { statementTimeoutSeconds = STATEMENT_TIMEOUT_SECONDS } = this.#options;
    return new Promise((resolve, reject) => {
      this.#connection.execute({
        sqlText: statement,
        binds: binds as readonly Bind[],
        rowMode: 'array',
        parameters: { STATEMENT_TIMEOUT_IN_SECONDS: statementTimeoutSeconds, MULTI_STATEMENT_COUNT: 1 },
        complete: (error, done, rows) => {
          if (error) {
            reject(this.#failure(error, statement));
            return;
          }
          const columns = (done as RowStatement).getColumns()?.map((column) => column.getName()) ?? [];
          resolve({
            columns,
            rows: (rows ?? []).map((row) => valuesOf(row, columns)),
            queryId: done.getQueryId(),
          });
        },
      });
    });
  }

  /** @throws TransientFailure where the work has not ended in time; nobody waits for it any more */
  async #within<Result>(seconds: number, statement: string, work: Promise<Result>): Promise<Result> {
    const late = new AbortController();
    try {
      const done = await Promise.race([
        work,
        sleep(seconds * 1000, LATE, { signal: late.signal, ref: false }),
      ]);
      if (done === LATE) throw this.transient(`${shortened(statement)} did not end within ${seconds} s`);
      return done as Result;
    } finally {
      late.abort();
      work.catch(() => undefined);
    }
  }

  /**
   * Moves files between the disk and a stage: a PUT or GET. The client reports most transfer errors as a row, so every
   * row must say `status`.
   */
  async transfer(statement: string, status: 'UPLOADED' | 'DOWNLOADED'): Promise<StatementRows> {
    const { transferTimeoutSeconds = TRANSFER_TIMEOUT_SECONDS } = this.#options;
    const moved = guardTransfer(
      () => this.#send(statement, []),
      (reason) => this.transient(`${shortened(statement)} failed: ${reason}`),
    );
    const done = await this.#within(transferTimeoutSeconds, statement, moved);
    const at = done.columns.indexOf('status');
    const bad = done.rows.find((row) => row[at] !== status);
    if (bad !== undefined)
      throw this.transient(
        `${shortened(statement)} answered ${String(bad[at])} where ${status} was expected (${String(bad[done.columns.indexOf('message')] ?? 'no message')})`,
      );
    return done;
  }

  /** A failure of this account that may pass by itself. */
  transient(what: string): TransientFailure {
    return new TransientFailure({
      where: `Snowflake account ${this.#options.account}`,
      what: redact(what, secretsOf(this.#options)),
      remedy: 'nothing was changed; check the network and run it again',
    });
  }

  async close(): Promise<void> {
    // Of a session that does not answer nobody waits for the end.
    await Promise.race([
      new Promise<void>((resolve) => {
        this.#connection.destroy(() => resolve());
      }),
      sleep(CLOSE_MILLISECONDS, undefined, { ref: false }),
    ]);
  }

  #failure(error: unknown, statement: string): OperationFailed {
    const { account } = this.#options;
    return statementFailure(error, { statement, account, secrets: secretsOf(this.#options) });
  }
}

async function signIn(options: SnowflakeOptions): Promise<Connection> {
  const { default: snowflake } = await import('snowflake-sdk');
  // By default the client writes `snowflake.log` into the working directory.
  snowflake.configure({ logLevel: 'OFF', jsonColumnVariantParser: (text) => JSON.parse(text) as unknown });
  const connection = snowflake.createConnection(connectionOptions(options));
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error) {
        const { account } = options;
        reject(statementFailure(error, { statement: 'sign in', account, secrets: secretsOf(options) }));
      } else resolve(connection);
    });
  });
}

function connectionOptions(options: SnowflakeOptions): ConnectionOptions {
  const { account, accessUrl, user, role, warehouse, database, queryTag, credentials } = options;
  return {
    account,
    ...(accessUrl === undefined ? {} : { accessUrl }),
    username: user,
    // Without quotes Snowflake would take them in upper case.
    ...(role === undefined ? {} : { role: quotedName(role) }),
    ...(warehouse === undefined ? {} : { warehouse: quotedName(warehouse) }),
    ...(database === undefined ? {} : { database: quotedName(database) }),
    queryTag,
    application: 'churn',
    sfRetryMaxLoginRetries: 5,
    ...signInWith(credentials),
  };
}

function signInWith(credentials: SnowflakeOptions['credentials']): Partial<ConnectionOptions> {
  switch (credentials.kind) {
    case 'key-pair':
      return {
        authenticator: 'SNOWFLAKE_JWT',
        privateKeyPath: credentials.privateKeyPath,
        ...(credentials.passphrase === undefined ? {} : { privateKeyPass: credentials.passphrase }),
      };
    case 'programmatic-access-token':
      return { authenticator: 'PROGRAMMATIC_ACCESS_TOKEN', token: credentials.token };
    case 'oauth':
      return { authenticator: 'OAUTH', token: credentials.token };
    case 'password':
      return { authenticator: 'SNOWFLAKE', password: credentials.password };
  }
}

/** Transfers return rows as objects, even where arrays are requested. */
function valuesOf(row: unknown, columns: readonly string[]): readonly Value[] {
  return Array.isArray(row) ? row : columns.map((column) => (row as Record<string, Value>)[column] ?? null);
}
