import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ResultSet, resultOf } from './result-set.ts';
import type { Session } from './session.ts';
import { SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';
import { stagePrefix } from './stage-prefix.ts';
import type { StatementWorld } from './statement-world.ts';
import { translateSql } from './translate-sql.ts';

/** COPY INTO a stage: a query's rows become Parquet files. */
export async function unload(
  session: Session,
  reader: TokenReader,
  world: StatementWorld,
): Promise<ResultSet> {
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

/** COPY INTO a table: files that the table has not loaded yet become rows. */
export async function load(session: Session, reader: TokenReader, world: StatementWorld): Promise<ResultSet> {
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
