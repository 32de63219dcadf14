import type { DuckDBValue } from '@duckdb/node-api';
import { runAccountStatement } from './account-statements.ts';
import { load, unload } from './copy-files.ts';
import { alterColumn, define } from './define.ts';
import { listOrRemove } from './list-or-remove.ts';
import { NOTHING, queryDuckDb, type ResultSet, resultOf } from './result-set.ts';
import type { SecurityCatalog } from './security-catalog.ts';
import type { Session } from './session.ts';
import { showTables } from './show-tables.ts';
import { isBare, SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';
import type { StatementWorld } from './statement-world.ts';
import { get, put, type Transfer } from './transfer-files.ts';
import { translateSql } from './translate-sql.ts';

/** Statements that a session without AUTOCOMMIT keeps to itself until it commits. */
const CHANGES = new Set(['insert', 'update', 'delete', 'merge', 'copy']);

export type StatementOutcome = { readonly result: ResultSet } | { readonly transfer: Transfer };

/** The kind of a statement, which names its faults: `copy-into-table`, `commit`, … */
export function statementKind(tokens: readonly Token[]): string {
  const [first, second, third] = tokens.map(({ value }) => value);
  if (first === 'copy') return third?.startsWith('@') ? 'copy-into-stage' : 'copy-into-table';
  if (first === 'create')
    return /\bstage\b/.test(
      tokens
        .map(({ value }) => value)
        .slice(0, 5)
        .join(' '),
    )
      ? 'create-stage'
      : 'create';
  if (first === 'select' && second === 'column_name') return 'describe';
  return first ?? 'empty';
}

/** Runs one statement of a session. @throws SqlNotUnderstood, or what DuckDB throws */
export async function runStatement(
  session: Session,
  tokens: readonly Token[],
  binds: DuckDBValue[],
  queryId: string,
  world: StatementWorld,
): Promise<StatementOutcome> {
  const reader = new TokenReader(tokens);
  const { connection } = session;
  const query = async (sql: string): Promise<StatementOutcome> => ({
    result: await queryDuckDb(connection, sql, binds),
  });
  const changed = async (sql: string): Promise<number> => (await connection.run(sql, binds)).rowsChanged;
  const first = reader.peek()?.value;
  refuseUnsupported(tokens, world);
  world.security.authorize(session, tokens);
  if (
    session.parameters.get('AUTOCOMMIT') === 'false' &&
    CHANGES.has(String(first)) &&
    !session.inTransaction
  ) {
    await connection.run('begin transaction');
    session.inTransaction = true;
  }

  switch (first) {
    case 'select': {
      const special = runAccountStatement(session, new TokenReader(tokens), world);
      if (special !== undefined) return { result: special };
      return query(world.security.readThrough(session, translateSql(tokens)));
    }
    case 'begin':
      reader.next();
      reader.take('transaction');
      reader.done();
      if (session.inTransaction) return { result: NOTHING };
      await connection.run('begin transaction');
      session.inTransaction = true;
      return { result: NOTHING };
    case 'commit':
    case 'rollback':
      reader.next();
      reader.done();
      if (session.inTransaction) await connection.run(first);
      session.inTransaction = false;
      return { result: NOTHING };
    case 'merge': {
      // DuckDB gives one count; inserted rows are those that the table has more afterwards.
      const target = relationAfter(tokens, 'into');
      const rows = async () =>
        Number((await connection.runAndReadAll(`select count(*) from ${target}`)).getRows()[0]![0]);
      const before = await rows();
      const touched = await changed(translateSql(tokens));
      const inserted = (await rows()) - before;
      return {
        result: resultOf({
          'number of rows inserted': [inserted],
          'number of rows updated': [touched - inserted],
        }),
      };
    }
    case 'delete':
      return { result: resultOf({ 'number of rows deleted': [await changed(translateSql(tokens))] }) };
    case 'update':
      return { result: resultOf({ 'number of rows updated': [await changed(translateSql(tokens))] }) };
    case 'insert':
      return { result: resultOf({ 'number of rows inserted': [await changed(translateSql(tokens))] }) };
    case 'alter':
      if (isBare(reader.peek(1), 'table')) {
        const result = await alterColumn(session, new TokenReader(tokens));
        if (result === undefined) break;
        return { result };
      }
      if (!isBare(reader.peek(1), 'session')) break;
      reader.expect('alter', 'session', 'set');
      while (!reader.isDone) {
        const name = reader.name();
        reader.expect('=');
        const { value } = reader.next();
        session.parameters.set(name, value);
        if (name === 'TIMEZONE') await connection.run(`set TimeZone = '${value}'`);
        reader.take(',');
      }
      return { result: NOTHING };
    case 'use':
      return { result: use(session, reader, world.security) };
    case 'create':
    case 'drop':
      return { result: await define(session, reader, world) };
    case 'copy':
      if (binds.length > 0) throw new SqlNotUnderstood('binds in COPY');
      reader.expect('copy', 'into');
      return reader.peek()?.kind === 'stage'
        ? { result: await unload(session, reader, world) }
        : { result: await load(session, reader, world) };
    case 'put':
      return { transfer: put(session, reader, queryId, world) };
    case 'get':
      return { transfer: get(session, reader, queryId, world) };
    case 'show':
      if (!isBare(reader.peek(1), 'tables')) break;
      return { result: await showTables(session, reader, world) };
    case 'list':
    case 'remove':
      return { result: listOrRemove(session, reader, world) };
  }
  const result = runAccountStatement(session, reader, world);
  if (result === undefined)
    throw new SqlNotUnderstood(
      `the statement ${tokens
        .map(({ text }) => text)
        .join(' ')
        .slice(0, 200)}`,
    );
  return { result };
}

/** A feature that the account's edition lacks. */
export class UnsupportedFeature extends Error {}

function refuseUnsupported(tokens: readonly Token[], { edition }: StatementWorld): void {
  const words = tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value);
  if (edition === 'standard' && /\brow access polic(y|ies)\b/.test(words.join(' ')))
    throw new UnsupportedFeature("Unsupported feature 'ROW ACCESS POLICY'.");
}

/** What USE makes current. */
function current(
  session: Session,
  kind: 'WAREHOUSE' | 'DATABASE',
  name: string,
  security: SecurityCatalog,
): string {
  const object = security.find(kind, name);
  if (security.isChecked && (object === undefined || !security.mayAny(session, object)))
    throw new Error(`${kind} '${name}' does not exist or not authorized.`);
  return name;
}

function relationAfter(tokens: readonly Token[], word: string): string {
  const reader = new TokenReader(tokens);
  while (!reader.take(word)) reader.next();
  return reader.relation();
}

function use(session: Session, reader: TokenReader, security: SecurityCatalog): ResultSet {
  reader.expect('use');
  if (reader.take('secondary', 'roles', 'none')) session.usesSecondaryRoles = false;
  else if (reader.take('role')) {
    const role = reader.name();
    security.assume(session, role);
  } else if (reader.take('warehouse'))
    session.warehouse = current(session, 'WAREHOUSE', reader.name(), security);
  else if (reader.take('database')) session.database = current(session, 'DATABASE', reader.name(), security);
  else if (reader.take('schema')) reader.relation();
  reader.done();
  return NOTHING;
}
