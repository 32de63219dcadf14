import type { DuckDBConnection } from '@duckdb/node-api';
import type { EndpointUser } from './sign-in.ts';

/** One signed-in client. Transactions and temporary tables belong to it. */
export interface Session {
  readonly id: number;
  readonly user: EndpointUser;
  readonly connection: DuckDBConnection;
  role: string;
  /** The current database and warehouse; undefined where the session asked for none that there is. */
  database: string | undefined;
  warehouse: string | undefined;
  usesSecondaryRoles: boolean;
  inTransaction: boolean;
  /** Temporary tables, as quoted names. */
  readonly temporaryTables: Set<string>;
  readonly temporaryStages: Set<string>;
  readonly parameters: Map<string, string>;
  /** Statements of a session run one after the other. */
  queue: Promise<unknown>;
}
