import type { SecurityCatalog } from '../../snowflake-endpoint/security-catalog.ts';
import type { Session } from '../../snowflake-endpoint/session.ts';
import { type Token, TokenReader, tokensOf } from '../../snowflake-endpoint/sql-tokens.ts';

/** Temporary relations of dbt's, by name. They belong to its session, so that nothing is granted on them. */
const temporary = new Set<string>();

/**
 * Whether the account lets a role run a statement of dbt's, which another engine computes. What it makes is the role's from
 * then on.
 *
 * @throws what the account would say
 */
export function authorizeDbt(security: SecurityCatalog, role: string, sql: string): void {
  const tokens = withoutExpressions(
    tokensOf(sql.replaceAll(/[[\]{}@~^|&\\]/g, ' ')).filter(({ text }) => text !== ';'),
  );
  const session = {
    role,
    usesSecondaryRoles: false,
    user: { name: 'dbt', roles: [role], defaultRole: role },
    database: 'CHURN',
    warehouse: 'CHURN',
    temporaryTables: temporary,
  } as unknown as Session;
  const reader = new TokenReader(tokens);
  const name = () => reader.relation().replaceAll('"', '');
  if (reader.take('create')) {
    const orReplace = reader.take('or', 'replace');
    const isTemporary = reader.take('temporary') || reader.take('temp');
    reader.take('transient');
    if (reader.take('schema')) {
      const ifNotExists = reader.take('if', 'not', 'exists');
      security.create(session, 'SCHEMA', name().split('.').at(-1)!, { ifNotExists });
      return;
    }
    const kind = reader.take('table') ? 'TABLE' : reader.take('view') ? 'VIEW' : undefined;
    if (kind === undefined) throw new Error(`nobody looked at: ${sql.slice(0, 200)}`);
    reader.take('if', 'not', 'exists');
    const relation = name();
    let policy: string | undefined;
    const start = reader.at;
    while (!reader.isDone && policy === undefined) {
      if (reader.take('row', 'access', 'policy')) policy = name();
      else reader.next();
    }
    reader.at = start;
    security.authorize(session, [...tokensOf('select'), ...reader.rest()]);
    if (isTemporary) {
      temporary.add(quoted(relation));
      return;
    }
    security.create(session, kind, relation, { orReplace });
    if (policy !== undefined) security.guard(session, policy, relation);
    return;
  }
  if (reader.take('drop')) {
    const kind = reader.next().value;
    reader.take('if', 'exists');
    const relation = name();
    if (temporary.delete(quoted(relation)) || security.relation(relation) === undefined) return;
    security.demandOwnership(session, relation);
    if (kind === 'table' || kind === 'view') security.drop(kind === 'table' ? 'TABLE' : 'VIEW', relation);
    return;
  }
  if (reader.take('with')) security.authorize(session, [...tokensOf('select'), ...tokens]);
  else security.authorize(session, tokens);
}

/** dbt gives every relation three names. FROM before two is that of EXTRACT or of IS DISTINCT. */
function withoutExpressions(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(
    ({ kind, value }, at) =>
      !(kind === 'word' && value === 'from' && tokens[at + 2]?.text === '.' && tokens[at + 4]?.text !== '.'),
  );
}

function quoted(relation: string): string {
  return relation
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
