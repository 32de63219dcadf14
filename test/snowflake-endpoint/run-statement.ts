import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { NOTHING, queryDuckDb, type ResultSet, resultOf } from './result-set.ts';
import type { SecurityCatalog } from './security-catalog.ts';
import type { Session } from './session.ts';
import { commaSeparated, isBare, SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';
import type { EncryptionMaterial, StageStorage } from './stage-storage.ts';
import { translateSql, typeAt } from './translate-sql.ts';

/** What the client is told to move between its disk and the stage. */
export interface Transfer {
  readonly command: 'UPLOAD' | 'DOWNLOAD';
  readonly src_locations: readonly string[];
  readonly localLocation?: string;
  readonly encryptionMaterial: EncryptionMaterial | readonly EncryptionMaterial[];
  readonly presignedUrls: readonly string[];
  readonly autoCompress?: boolean;
  readonly overwrite?: boolean;
  /** Relative to the bucket. */
  readonly prefix: string;
}

export type StatementOutcome = { readonly result: ResultSet } | { readonly transfer: Transfer };

export interface StatementWorld {
  readonly storage: StageStorage;
  readonly security: SecurityCatalog;
  /** Files that a table has loaded already: COPY leaves them out. */
  readonly loadedFiles: Set<string>;
}

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
  world.security.authorize(session, tokens);

  switch (first) {
    case 'select': {
      const special = world.security.run(session, new TokenReader(tokens));
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
      if (!isBare(reader.peek(1), 'session')) break;
      reader.expect('alter', 'session', 'set');
      while (!reader.isDone) {
        const name = reader.name();
        reader.expect('=');
        session.parameters.set(name, reader.next().value);
        reader.take(',');
      }
      return { result: NOTHING };
    case 'use':
      return { result: use(session, reader, world.security) };
    case 'create':
    case 'drop':
      await commitBeforeDdl(session);
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
    case 'list':
    case 'remove':
      return { result: listOrRemove(session, reader, world) };
  }
  const result = world.security.run(session, reader);
  if (result === undefined)
    throw new SqlNotUnderstood(
      `the statement ${tokens
        .map(({ text }) => text)
        .join(' ')
        .slice(0, 200)}`,
    );
  return { result };
}

function relationAfter(tokens: readonly Token[], word: string): string {
  const reader = new TokenReader(tokens);
  while (!reader.take(word)) reader.next();
  return reader.relation();
}

/** In Snowflake every definition commits what is open. */
async function commitBeforeDdl(session: Session): Promise<void> {
  if (!session.inTransaction) return;
  await session.connection.run('commit');
  session.inTransaction = false;
}

function use(session: Session, reader: TokenReader, security: SecurityCatalog): ResultSet {
  reader.expect('use');
  if (reader.take('secondary', 'roles', 'none')) session.usesSecondaryRoles = false;
  else if (reader.take('role')) {
    const role = reader.name();
    security.assume(session, role);
  } else if (reader.take('warehouse') || reader.take('database') || reader.take('schema')) reader.relation();
  reader.done();
  return NOTHING;
}

async function define(session: Session, reader: TokenReader, world: StatementWorld): Promise<ResultSet> {
  const { connection } = session;
  const start = reader.at;
  if (reader.take('drop', 'table')) {
    const ifExists = reader.take('if', 'exists');
    const relation = reader.relation();
    reader.done();
    await connection.run(`drop table ${ifExists ? 'if exists ' : ''}${relation}`);
    session.temporaryTables.delete(relation);
    return NOTHING;
  }
  reader.expect('create');
  const orReplace = reader.take('or', 'replace');
  const temporary = reader.take('temporary') || reader.take('temp');
  if (reader.take('stage')) {
    reader.take('if', 'not', 'exists');
    if (temporary) {
      session.temporaryStages.add(reader.name());
      return NOTHING;
    }
  } else if (reader.take('table')) {
    const ifNotExists = reader.take('if', 'not', 'exists');
    const relation = reader.relation();
    const columns = commaSeparated(reader.bracketed()).map(columnDefinition);
    if (temporary) session.temporaryTables.add(relation);
    else world.security.created(session, relation, reader);
    await connection.run(
      `create ${orReplace ? 'or replace ' : ''}table ${ifNotExists ? 'if not exists ' : ''}${relation} (${columns.join(', ')})`,
    );
    reader.done();
    return NOTHING;
  } else if (reader.take('schema')) {
    const ifNotExists = reader.take('if', 'not', 'exists');
    const schema = reader.relation().split('.').at(-1)!;
    reader.done();
    await connection.run(`create schema ${ifNotExists ? 'if not exists ' : ''}${schema}`);
    return NOTHING;
  } else if (reader.take('secure', 'view', 'if', 'not', 'exists')) {
    const view = reader.relation();
    reader.expect('as');
    await connection.run(`create view if not exists ${view} as ${translateSql(reader.rest())}`);
    return NOTHING;
  }
  reader.at = start;
  const result = world.security.run(session, reader);
  if (result === undefined)
    throw new SqlNotUnderstood(
      `a definition of ${reader
        .rest()
        .map(({ text }) => text)
        .join(' ')}`,
    );
  return result;
}

function columnDefinition(tokens: readonly Token[]): string {
  const reader = new TokenReader(tokens);
  const name = reader.name();
  const type = typeAt(reader);
  const isNotNull = reader.take('not', 'null');
  if (reader.take('comment')) reader.next();
  reader.done();
  return `"${name}" ${type}${isNotNull ? ' not null' : ''}`;
}

/** The prefix of a stage's files in the bucket. */
function stagePrefix(
  session: Session,
  { text }: Token,
  { security }: StatementWorld,
  access: 'READ' | 'WRITE',
): string {
  const [, stage, path] = /^@([^/]+)\/?(.*)$/.exec(text)!;
  const name = stage!.replaceAll('"', '').toUpperCase();
  if (name === '~') return `~${session.user.name.toUpperCase()}/${path}`;
  if (session.temporaryStages.has(name)) return `session-${session.id}/${name}/${path}`;
  return `${security.stage(session, name, access)}/${path}`;
}

async function unload(session: Session, reader: TokenReader, world: StatementWorld): Promise<ResultSet> {
  const prefix = stagePrefix(session, reader.next(), world, 'WRITE');
  reader.expect('from');
  const select = world.security.readThrough(session, translateSql(reader.bracketed()));
  const options = copyOptions(reader);
  if (options.get('type') !== 'parquet' || options.get('header') !== 'true')
    throw new SqlNotUnderstood('an unload that is not Parquet with a header');
  const bytes = Number(options.get('max_file_size') ?? 16_777_216);
  const folder = mkdtempSync(join(tmpdir(), 'endpoint-unload-'));
  try {
    const target = join(folder, 'out');
    const copy = `copy (${select}) to '${target}' (format parquet, compression snappy, row_group_size 50000, file_size_bytes ${bytes})`;
    const { rowsChanged } = await session.connection.run(copy);
    let written = 0;
    if (rowsChanged > 0)
      for (const [index, file] of readdirSync(target).sort().entries())
        written += await world.storage.put(`${prefix}data_0_0_${index}.snappy.parquet`, join(target, file));
    return resultOf({ rows_unloaded: [rowsChanged], input_bytes: [written], output_bytes: [written] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(session: Session, reader: TokenReader, world: StatementWorld): Promise<ResultSet> {
  const relation = reader.relation();
  const columns = reader.peek()?.text === '(' ? translateSql(reader.bracketed()) : '';
  reader.expect('from');
  const source = new TokenReader(reader.bracketed());
  const options = copyOptions(reader);
  if (options.get('type') !== 'parquet' || options.get('use_logical_type') !== 'true')
    throw new SqlNotUnderstood('a load that is not Parquet with logical types');
  source.expect('select');
  const expressions: Token[] = [];
  while (!source.take('from')) expressions.push(source.next());
  const stage = source.next();
  source.done();
  const prefix = stagePrefix(session, stage, world, 'READ');
  const keys = world.storage.keysUnder(prefix).filter((key) => !world.loadedFiles.has(`${relation} ${key}`));
  if (keys.length === 0) return resultOf({ status: ['Copy executed with 0 files processed.'] });
  const folder = mkdtempSync(join(tmpdir(), 'endpoint-load-'));
  const outcome = {
    file: [] as string[],
    status: [] as string[],
    rows_parsed: [] as number[],
    rows_loaded: [] as number[],
  };
  try {
    for (const [index, key] of keys.entries()) {
      const plain = join(folder, `${index}.parquet`);
      await world.storage.get(key, plain);
      const { rowsChanged } = await session.connection.run(
        `insert into ${relation} (${columns}) select ${translateSql(expressions)} from read_parquet('${plain}')`,
      );
      world.loadedFiles.add(`${relation} ${key}`);
      outcome.file.push(key);
      outcome.status.push('LOADED');
      outcome.rows_parsed.push(rowsChanged);
      outcome.rows_loaded.push(rowsChanged);
      rmSync(plain);
    }
    return resultOf({ ...outcome, errors_seen: keys.map(() => 0), first_error: keys.map(() => null) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `name = value` pairs, those inside `file_format = (…)` among them. */
function copyOptions(reader: TokenReader): Map<string, string> {
  const options = new Map<string, string>();
  const known = new Set(['type', 'header', 'max_file_size', 'use_logical_type', 'on_error', 'overwrite']);
  const read = (source: TokenReader): void => {
    while (!source.isDone) {
      const name = source.next().value;
      source.expect('=');
      if (name === 'file_format') read(new TokenReader(source.bracketed()));
      else if (!known.has(name)) throw new SqlNotUnderstood(`the copy option ${name}`);
      else options.set(name, source.next().value);
    }
  };
  read(reader);
  return options;
}

function put(session: Session, reader: TokenReader, queryId: string, world: StatementWorld): Transfer {
  reader.expect('put');
  const file = localFile(reader);
  const stage = reader.next();
  const prefix = stagePrefix(session, { ...stage, text: stage.value }, world, 'WRITE');
  const options = transferOptions(reader);
  return {
    command: 'UPLOAD',
    src_locations: [file],
    prefix: slashed(prefix),
    encryptionMaterial: world.storage.encryptionMaterial(queryId),
    presignedUrls: [],
    autoCompress: options.get('auto_compress') !== 'false',
    overwrite: options.get('overwrite') === 'true',
  };
}

/** The client's own staged binds write `file://1'@SYSTEM$BIND/…'`. */
function localFile(reader: TokenReader): string {
  if (reader.take('file', ':', '/', '/')) return reader.next().value;
  const token = reader.next();
  if (token.kind !== 'string' || !token.value.startsWith('file://'))
    throw new SqlNotUnderstood(`the file ${token.text}`);
  return token.value.slice('file://'.length);
}

function get(session: Session, reader: TokenReader, queryId: string, world: StatementWorld): Transfer {
  reader.expect('get');
  const prefix = slashed(stagePrefix(session, reader.next(), world, 'READ'));
  const localLocation = localFile(reader);
  transferOptions(reader);
  const keys = world.storage.keysUnder(prefix.slice(0, -1));
  const found = keys.filter((key) => key === prefix.slice(0, -1) || key.startsWith(prefix));
  const folder =
    found[0] === prefix.slice(0, -1)
      ? prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1)
      : prefix;
  return {
    command: 'DOWNLOAD',
    src_locations: found.map((key) => key.slice(folder.length)),
    localLocation,
    prefix: folder,
    encryptionMaterial: found.map(() => world.storage.encryptionMaterial(queryId)),
    presignedUrls: [],
  };
}

function transferOptions(reader: TokenReader): Map<string, string> {
  const options = new Map<string, string>();
  while (!reader.isDone) {
    const name = reader.next().value;
    if (!['auto_compress', 'overwrite', 'parallel', 'source_compression'].includes(name))
      throw new SqlNotUnderstood(`the transfer option ${name}`);
    reader.expect('=');
    options.set(name, reader.next().value);
  }
  return options;
}

function listOrRemove(session: Session, reader: TokenReader, world: StatementWorld): ResultSet {
  const removes = reader.next().value === 'remove';
  const stage = reader.next();
  const prefix = stagePrefix(session, stage, world, removes ? 'WRITE' : 'READ');
  reader.done();
  const keys = world.storage.keysUnder(prefix);
  const shown = keys.map((key) => key.slice(key.indexOf('/') + 1));
  if (removes) {
    for (const key of keys) world.storage.remove(key);
    return resultOf({ name: shown, result: keys.map(() => 'removed') });
  }
  const described = keys.map((key) => world.storage.describe(key)!);
  // A named stage's files are listed with the stage's own name in front, a user stage's without.
  const isUserStage = stage.text.startsWith('@~');
  return resultOf({
    name: isUserStage ? shown : keys.map((key, index) => `${stageName(key)}/${shown[index]}`),
    size: described.map(({ size }) => size),
    md5: described.map(({ digest }) => digest),
    last_modified: described.map(({ storedAt }) => storedAt.toUTCString()),
  });
}

function stageName(key: string): string {
  return basename(key.split('/')[0]!).split('.').at(-1)!.toLowerCase();
}

function slashed(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}
