import { guardAt, runAccountStatement } from './account-statements.ts';
import { NOTHING, type ResultSet } from './result-set.ts';
import type { Session } from './session.ts';
import { commaSeparated, SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';
import type { StatementWorld } from './statement-world.ts';
import { translateSql, typeAt } from './translate-sql.ts';

/** CREATE and DROP. A definition commits the session's open transaction. */
export async function define(
  session: Session,
  reader: TokenReader,
  world: StatementWorld,
): Promise<ResultSet> {
  await commitOpen(session);
  const { connection } = session;
  const start = reader.at;
  if (reader.take('drop', 'table')) {
    const ifExists = reader.take('if', 'exists');
    const relation = reader.relation();
    reader.done();
    await connection.run(`drop table ${ifExists ? 'if exists ' : ''}${relation}`);
    if (!session.temporaryTables.delete(relation)) world.security.drop('TABLE', relation.replaceAll('"', ''));
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
    else {
      const name = relation.replaceAll('"', '');
      const isNew = world.security.create(session, 'TABLE', name, { orReplace, ifNotExists });
      if (reader.take('with', 'row', 'access', 'policy')) {
        if (isNew) guardAt(session, reader, world, name);
        else return NOTHING;
      }
    }
    await connection.run(
      `create ${orReplace ? 'or replace ' : ''}table ${ifNotExists ? 'if not exists ' : ''}${relation} (${columns.join(', ')})`,
    );
    reader.done();
    return NOTHING;
  } else if (reader.take('schema')) {
    const ifNotExists = reader.take('if', 'not', 'exists');
    const schema = reader.relation().split('.').at(-1)!;
    reader.done();
    world.security.create(session, 'SCHEMA', schema.replaceAll('"', ''), { ifNotExists });
    await connection.run(`create schema ${ifNotExists ? 'if not exists ' : ''}${schema}`);
    return NOTHING;
  } else if (reader.take('secure', 'view') || reader.take('view')) {
    return defineView(session, reader, world, orReplace);
  }
  reader.at = start;
  const result = runAccountStatement(session, reader, world);
  if (result === undefined)
    throw new SqlNotUnderstood(
      `a definition of ${reader
        .rest()
        .map(({ text }) => text)
        .join(' ')}`,
    );
  return result;
}

async function defineView(
  session: Session,
  reader: TokenReader,
  { security }: StatementWorld,
  orReplace: boolean,
): Promise<ResultSet> {
  const ifNotExists = reader.take('if', 'not', 'exists');
  const view = reader.relation();
  const columns = reader.peek()?.text === '(' ? `(${translateSql(reader.bracketed())})` : '';
  const copyGrants = reader.take('copy', 'grants');
  reader.expect('as');
  const body = reader.rest();
  security.checkViewBody(session.role, body);
  const isNew = security.create(
    session,
    'VIEW',
    view.replaceAll('"', ''),
    { orReplace, ifNotExists, copyGrants },
    { body },
  );
  if (isNew)
    await session.connection.run(
      `create ${orReplace ? 'or replace ' : ''}view ${view} ${columns} as ${translateSql(body)}`,
    );
  return NOTHING;
}

/** `ALTER TABLE` where it is about a column; undefined for another alteration. */
export async function alterColumn(session: Session, reader: TokenReader): Promise<ResultSet | undefined> {
  reader.expect('alter', 'table');
  const table = `alter table ${reader.relation()}`;
  if (reader.take('alter', 'column')) {
    const name = reader.name();
    reader.expect('set', 'not', 'null');
    reader.done();
    await commitOpen(session);
    await session.connection.run(`${table} alter column "${name}" set not null`);
    return NOTHING;
  }
  if (!reader.take('add', 'column')) return undefined;
  const ifAbsent = reader.take('if', 'not', 'exists');
  const name = reader.name();
  const type = typeAt(reader);
  const isNotNull = reader.take('not', 'null');
  const fallback = reader.take('default') ? reader.next().text : undefined;
  reader.done();
  if (ifAbsent && fallback !== undefined)
    throw new Error('IF NOT EXISTS cannot be combined with DEFAULT for a new column.');
  if (isNotNull && fallback === undefined)
    throw new Error(`Non-nullable column '${name}' cannot be added to non-empty table.`);
  await commitOpen(session);
  const column = `column ${ifAbsent ? 'if not exists ' : ''}"${name}" ${type} default ${fallback ?? null}`;
  await session.connection.run(`${table} add ${column}`);
  if (isNotNull) await session.connection.run(`${table} alter column "${name}" set not null`);
  return NOTHING;
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

async function commitOpen(session: Session): Promise<void> {
  if (!session.inTransaction) return;
  await session.connection.run('commit');
  session.inTransaction = false;
}
