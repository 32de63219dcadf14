import { setTimeout as sleep } from 'node:timers/promises';
import type { Bind, Connection, ConnectionOptions, RowStatement } from 'snowflake-sdk';
import type { OperationFailed } from '../../contract/failure.ts';
import type { KeyValue } from '../warehouse.ts';
import { quotedName } from './control-schema.ts';
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

  /** Runs one statement; values are bound to its `?`. */
  async execute(statement: string, binds: readonly KeyValue[] = []): Promise<StatementRows> {
    const { statementTimeoutSeconds = STATEMENT_TIMEOUT_SECONDS } = this.#options;
    return new Promise((resolve, reject) => {
      const sent = this.#connection.execute({
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
      void sent;
    });
  }

  /**
   * Moves files between the disk and a stage: a PUT or GET. The client reports most transfer errors as a row, so every
   * row must say `status`; a download that is cut short never ends by itself, so there is a time limit.
   */
  async transfer(statement: string, status: 'UPLOADED' | 'DOWNLOADED'): Promise<StatementRows> {
    const { transferTimeoutSeconds = TRANSFER_TIMEOUT_SECONDS } = this.#options;
    const late = new AbortController();
    try {
      const done = await Promise.race([
        this.execute(statement),
        sleep(transferTimeoutSeconds * 1000, null, { signal: late.signal }),
      ]);
      if (done === null)
        throw this.transient(`${shortened(statement)} did not end within ${transferTimeoutSeconds} s`);
      const at = done.columns.indexOf('status');
      const bad = done.rows.find((row) => row[at] !== status);
      if (bad !== undefined)
        throw this.transient(
          `${shortened(statement)} answered ${String(bad[at])} where ${status} was expected (${String(bad[done.columns.indexOf('message')] ?? 'no message')})`,
        );
      return done;
    } finally {
      late.abort();
    }
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
    await new Promise<void>((resolve) => {
      this.#connection.destroy(() => resolve());
    });
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
