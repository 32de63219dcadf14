import { randomUUID } from 'node:crypto';
import type { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { failure, tokenOf } from './replies.ts';
import type { SecurityCatalog } from './security-catalog.ts';
import type { Session } from './session.ts';
import { createdUsers, type EndpointUser, signIn } from './sign-in.ts';
import { TokenReader, tokensOf } from './sql-tokens.ts';

const loginSchema = z.object({
  data: z.object({
    LOGIN_NAME: z.string().optional(),
    PASSWORD: z.string().optional(),
    AUTHENTICATOR: z.string().optional(),
    TOKEN: z.string().optional(),
  }),
});

/** As a new account has them. */
const DEFAULT_PARAMETERS: Readonly<Record<string, string>> = {
  TIMEZONE: 'America/Los_Angeles',
  AUTOCOMMIT: 'true',
  QUOTED_IDENTIFIERS_IGNORE_CASE: 'false',
};

/** What the client is told of a session. */
const CLIENT_PARAMETERS = [
  { name: 'DATE_OUTPUT_FORMAT', value: 'YYYY-MM-DD' },
  { name: 'TIMESTAMP_NTZ_OUTPUT_FORMAT', value: 'YYYY-MM-DD HH24:MI:SS.FF3' },
  { name: 'CLIENT_STAGE_ARRAY_BINDING_THRESHOLD', value: 65_280 },
];

interface SessionsOptions {
  readonly account: string;
  readonly users: readonly EndpointUser[];
  readonly accountParameters?: Readonly<Record<string, string>>;
}

/** Who is signed in, by the tokens that the client sends. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #instance: DuckDBInstance;
  readonly #catalog: SecurityCatalog;
  readonly #byToken = new Map<string, Session>();
  readonly #byMasterToken = new Map<string, Session>();
  #count = 0;

  constructor(options: SessionsOptions, instance: DuckDBInstance, catalog: SecurityCatalog) {
    this.#options = options;
    this.#catalog = catalog;
    this.#instance = instance;
  }

  of(request: Request): Session | undefined {
    return this.#byToken.get(tokenOf(request));
  }

  /** Lets the request's token expire; its master token can still renew it. */
  expire(request: Request, session: Session): void {
    this.#byToken.delete(tokenOf(request));
    this.#byToken.set(`expired-${tokenOf(request)}`, session);
  }

  async login(body: unknown, asked: URLSearchParams): Promise<unknown> {
    const { data } = loginSchema.parse(body);
    const users = [...this.#options.users, ...createdUsers(this.#catalog)];
    const user = signIn(users, this.#options.account, {
      ...(data as Record<string, string>),
    });
    if (typeof user === 'string') return failure('390100', user);
    const role = folded(asked.get('roleName')) ?? user.defaultRole;
    if (!this.#catalog.mayAssume(user, role))
      return failure('390189', `Role '${role}' specified in the connect string is not granted to this user.`);
    this.#count += 1;
    const parameters = new Map(Object.entries({ ...DEFAULT_PARAMETERS, ...this.#options.accountParameters }));
    const session: Session = {
      id: this.#count,
      user,
      connection: await this.#instance.connect(),
      role,
      database: folded(asked.get('databaseName')),
      warehouse: folded(asked.get('warehouse')) ?? user.defaultWarehouse,
      usesSecondaryRoles: true,
      inTransaction: false,
      temporaryTables: new Set(),
      temporaryStages: new Set(),
      parameters,
      queue: Promise.resolve(),
    };
    // What a session asks for and may not use is no error: it has none.
    for (const [kind, key] of [
      ['DATABASE', 'database'],
      ['WAREHOUSE', 'warehouse'],
    ] as const) {
      const found = session[key] && this.#catalog.find(kind, session[key]);
      if (this.#catalog.isChecked && (!found || !this.#catalog.mayAny(session, found)))
        session[key] = undefined;
    }
    await session.connection.run(`set TimeZone = '${parameters.get('TIMEZONE')}'`);
    const masterToken = `master-${randomUUID()}`;
    this.#byMasterToken.set(masterToken, session);
    return {
      success: true,
      data: {
        ...this.#newToken(session),
        masterToken,
        masterValidityInSeconds: 14_400,
        sessionId: session.id,
        parameters: [{ name: 'TIMEZONE', value: parameters.get('TIMEZONE') }, ...CLIENT_PARAMETERS],
      },
    };
  }

  #newToken(session: Session): { token: string; validityInSeconds: number } {
    const token = `token-${randomUUID()}`;
    this.#byToken.set(token, session);
    return { token, validityInSeconds: 3600 };
  }

  renew(request: Request): unknown {
    const session = this.#byMasterToken.get(tokenOf(request));
    if (session === undefined)
      return failure('390114', 'Authentication token has expired. The user must authenticate again.');
    const { token, validityInSeconds } = this.#newToken(session);
    return {
      success: true,
      data: {
        sessionToken: token,
        validityInSecondsST: validityInSeconds,
        masterToken: tokenOf(request),
        validityInSecondsMT: 14_400,
        sessionId: session.id,
      },
    };
  }

  async signOut(request: Request): Promise<unknown> {
    const session = this.#byToken.get(tokenOf(request));
    if (session !== undefined) await this.#endSession(session);
    return { success: true, data: null };
  }

  async #endSession(session: Session): Promise<void> {
    await session.queue.catch(() => undefined);
    for (const [token, { id }] of this.#byToken) if (id === session.id) this.#byToken.delete(token);
    for (const [token, { id }] of this.#byMasterToken)
      if (id === session.id) this.#byMasterToken.delete(token);
    if (session.inTransaction) await session.connection.run('rollback');
    for (const table of session.temporaryTables)
      await session.connection.run(`drop table if exists ${table}`);
    session.connection.disconnectSync();
  }

  disconnect(): void {
    for (const session of this.#byMasterToken.values()) session.connection.disconnectSync();
  }
}

/** A name as a client sends it: without quotes it is upper case. */
function folded(name: string | null): string | undefined {
  return name === null ? undefined : new TokenReader(tokensOf(name)).name();
}
