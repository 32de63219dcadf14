import { NOTHING, type ResultSet, resultOf } from './result-set.ts';
import { type Grant, nameAt, type ObjectKind, type SecurityCatalog } from './security-catalog.ts';
import type { Session } from './session.ts';
import { SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';
import type { StatementWorld } from './statement-world.ts';

/**
 * The one policy that the endpoint can apply: the mapping table, by its full name, says which tenants a role sees. It is
 * looked up by equality, as the documentation's examples do.
 */
function knownPolicy(database: string | undefined): string {
  return ['m."TENANT_ID" = ROW_TENANT_ID', `m."TENANT_ID" = '*'`]
    .map(
      (condition) =>
        `exists (select 1 from "${database}"."CHURN"."ROLE_TENANTS" m where is_role_in_session(m."ROLE_NAME") and ${condition})`,
    )
    .join(' or ');
}

const KINDS: readonly ObjectKind[] = [
  'DATABASE',
  'SCHEMA',
  'TABLE',
  'VIEW',
  'STAGE',
  'ROW ACCESS POLICY',
  'WAREHOUSE',
  'ROLE',
  'USER',
];

/** Definitions of an account's objects, grants and SHOW; undefined for what is none of them. */
export function runAccountStatement(
  session: Session,
  reader: TokenReader,
  { security }: StatementWorld,
): ResultSet | undefined {
  const start = reader.at;
  const result = run(session, reader, security);
  if (result === undefined) reader.at = start;
  return result;
}

function run(session: Session, reader: TokenReader, catalog: SecurityCatalog): ResultSet | undefined {
  if (reader.take('create')) return create(session, reader, catalog);
  if (reader.take('grant')) return grant(session, reader, catalog, 'to');
  if (reader.take('revoke')) return grant(session, reader, catalog, 'from');
  if (reader.take('alter')) return alter(session, reader, catalog);
  if (reader.take('show')) return show(session, reader, catalog);
  if (reader.take('describe', 'row', 'access', 'policy')) {
    const name = nameAt(reader);
    const body = catalog.find('ROW ACCESS POLICY', name)?.body;
    if (body === undefined) throw new Error(`Row access policy '${name}' does not exist or not authorized.`);
    return resultOf({ name: [name.split('.').at(-1)!], body: [shown(body)] });
  }
  if (reader.take('select', 'current_role', '(', ')', 'as')) {
    const name = reader.name();
    reader.done();
    return resultOf({ [name]: [session.role] });
  }
  if (reader.take('select', '*', 'from', 'table')) return policyReferences(reader, catalog);
  return undefined;
}

function policyReferences(reader: TokenReader, catalog: SecurityCatalog): ResultSet {
  const call = new TokenReader(reader.bracketed());
  call.expect('information_schema', '.', 'policy_references');
  const argument = new TokenReader(call.bracketed());
  argument.expect('policy_name', '=>');
  const policy = argument.next().value.split('.').slice(-2).join('.').toUpperCase();
  const found = catalog
    .guarded()
    .filter(([, one]) => one === policy)
    .map(([relation]) => relation.split('.'));
  return resultOf({
    REF_SCHEMA_NAME: found.map(([schema]) => schema!),
    REF_ENTITY_NAME: found.map(([, name]) => name!),
    REF_ARG_COLUMN_NAMES: found.map(() => '[ "TENANT_ID" ]'),
    POLICY_STATUS: found.map(() => 'ACTIVE'),
  });
}

function create(session: Session, reader: TokenReader, catalog: SecurityCatalog): ResultSet | undefined {
  const ifNotExists = (): boolean => reader.take('if', 'not', 'exists');
  if (reader.take('warehouse')) {
    const how = { ifNotExists: ifNotExists() };
    const name = nameAt(reader);
    reader.take('with');
    // A new warehouse or database becomes the session's current one.
    if (catalog.create(session, 'WAREHOUSE', name, how, { options: optionsAt(reader) }))
      session.warehouse = name;
    return NOTHING;
  }
  if (reader.take('database')) {
    const how = { ifNotExists: ifNotExists() };
    const name = nameAt(reader);
    if (catalog.create(session, 'DATABASE', name, how)) session.database = name;
    return NOTHING;
  }
  if (reader.take('role')) {
    catalog.create(session, 'ROLE', nameAtAfter(reader, ifNotExists()), { ifNotExists: true });
    return NOTHING;
  }
  if (reader.take('user')) {
    const how = { ifNotExists: ifNotExists() };
    catalog.create(session, 'USER', nameAt(reader), how, { options: optionsAt(reader) });
    return NOTHING;
  }
  if (reader.take('network', 'rule')) {
    const how = { ifNotExists: ifNotExists() };
    catalog.create(session, 'NETWORK RULE', nameAt(reader), how, { options: optionsAt(reader) });
    return NOTHING;
  }
  if (reader.take('network', 'policy')) {
    const how = { ifNotExists: ifNotExists() };
    catalog.create(session, 'NETWORK POLICY', nameAt(reader), how, { options: optionsAt(reader) });
    return NOTHING;
  }
  if (reader.take('row', 'access', 'policy')) {
    const how = { ifNotExists: ifNotExists() };
    const name = nameAt(reader);
    reader.expect('as');
    const signature = reader.bracketed().map(({ value }) => value);
    if (signature.join(' ') !== 'row_tenant_id varchar')
      throw new SqlNotUnderstood('a policy over other columns');
    reader.expect('returns', 'boolean', '->');
    const body = reader.rest();
    if (squeezed(shown(body)) !== squeezed(knownPolicy(session.database)))
      throw new SqlNotUnderstood(`the policy ${shown(body)}`);
    catalog.create(session, 'ROW ACCESS POLICY', name, how, { body });
    return NOTHING;
  }
  if (reader.take('stage')) {
    const how = { ifNotExists: ifNotExists() };
    catalog.create(session, 'STAGE', nameAt(reader), how);
    reader.expect('encryption', '=');
    reader.bracketed();
    reader.done();
    return NOTHING;
  }
  return undefined;
}

function nameAtAfter(reader: TokenReader, isIfNotExists: boolean): string {
  if (!isIfNotExists) throw new SqlNotUnderstood('a role without IF NOT EXISTS');
  return nameAt(reader);
}

function grant(
  session: Session,
  reader: TokenReader,
  catalog: SecurityCatalog,
  direction: 'to' | 'from',
): ResultSet {
  if (reader.take('role')) return grantRole(session, reader, catalog, direction);
  const privileges: string[] = [''];
  while (!reader.take('on')) {
    if (reader.take(',')) privileges.push('');
    else privileges.push(`${privileges.pop()} ${reader.next().value}`.trim().toUpperCase());
  }
  const scope = reader.take('future') ? 'future' : reader.take('all') ? 'all' : 'one';
  const kind: string[] = [];
  const ends = () => scope !== 'one' && reader.take('in', 'schema');
  while (!ends() && reader.peek()?.kind === 'word' && !(scope === 'one' && isKind(kind.join(' '))))
    kind.push(reader.next().value);
  const on = (
    scope === 'one' ? kind.join(' ') : kind.join(' ').replace(/s$/, '')
  ).toUpperCase() as ObjectKind;
  if (!KINDS.includes(on)) throw new SqlNotUnderstood(`a grant on ${on}`);
  const name = nameAt(reader);
  reader.expect(direction, 'role');
  const role = nameAt(reader);
  if (privileges[0] === 'OWNERSHIP') reader.take('copy', 'current', 'grants');
  reader.done();
  if (!catalog.roles.has(role)) throw new Error(`Role '${role}' does not exist or not authorized.`);
  for (const privilege of privileges) {
    if (scope === 'future') {
      catalog.grantFuture(session, { role, privilege, on, schema: name }, direction);
      continue;
    }
    // All means those that are there now.
    const names =
      scope === 'one'
        ? [name]
        : catalog
            .all(on)
            .map((object) => object.name)
            .filter((one) => one.startsWith(`${name}.`));
    for (const one of names) {
      const each: Grant = { role, privilege, on, name: one };
      if (direction === 'to') catalog.grant(session, each);
      else catalog.revoke(session, each);
    }
  }
  return NOTHING;
}

function isKind(words: string): boolean {
  return KINDS.includes(words.toUpperCase() as ObjectKind);
}

function grantRole(
  session: Session,
  reader: TokenReader,
  catalog: SecurityCatalog,
  direction: 'to' | 'from',
): ResultSet {
  const role = nameAt(reader);
  reader.expect(direction);
  const to = reader.take('user') ? 'user' : 'role';
  if (to === 'role') reader.expect('role');
  const holder = nameAt(reader);
  reader.done();
  if (!catalog.roles.has(role)) throw new Error(`Role '${role}' does not exist or not authorized.`);
  if (to === 'role' && !catalog.roles.has(holder))
    throw new Error(`Role '${holder}' does not exist or not authorized.`);
  if (catalog.isChecked && !catalog.rolesOf(session).has('SECURITYADMIN'))
    throw new Error(`Insufficient privileges to operate on role '${role}'.`);
  if (direction === 'to') catalog.roles.grant(role, { [to]: holder });
  else catalog.roles.revoke(role, { [to]: holder });
  return NOTHING;
}

function alter(session: Session, reader: TokenReader, catalog: SecurityCatalog): ResultSet {
  for (const kind of ['warehouse', 'user'] as const) {
    if (!reader.take(kind)) continue;
    const name = nameAt(reader);
    const object = catalog.find(kind.toUpperCase() as ObjectKind, name);
    if (object === undefined) throw new Error(`${kind} '${name}' does not exist or not authorized.`);
    if (reader.take('unset')) object.options!.delete(reader.next().value);
    else {
      reader.expect('set');
      for (const [option, value] of optionsAt(reader)) object.options!.set(option, value);
    }
    return NOTHING;
  }
  reader.expect('table');
  const relation = nameAt(reader);
  if (reader.take('drop', 'row', 'access', 'policy')) {
    nameAt(reader);
    catalog.unguard(relation);
    return NOTHING;
  }
  reader.expect('add', 'row', 'access', 'policy');
  guardAt(session, reader, { security: catalog }, relation);
  return NOTHING;
}

/** `policy ON (column)`, which comes next. */
export function guardAt(
  session: Session,
  reader: TokenReader,
  { security }: Pick<StatementWorld, 'security'>,
  relation: string,
): void {
  const policy = nameAt(reader);
  reader.expect('on');
  const columns = reader.bracketed().map(({ value }) => value.toUpperCase());
  if (columns.join() !== 'TENANT_ID') throw new SqlNotUnderstood('a policy on other columns');
  security.guard(session, policy, relation);
}

function show(session: Session, reader: TokenReader, catalog: SecurityCatalog): ResultSet {
  if (reader.take('roles')) return resultOf({ name: catalog.roles.names() });
  if (reader.take('warehouses')) {
    const found = catalog.visible(session, 'WAREHOUSE');
    return resultOf({
      name: found.map(({ name }) => name),
      auto_suspend: found.map(({ options }) => options?.get('auto_suspend') ?? '600'),
    });
  }
  for (const [words, kind] of [
    [['tables'], 'TABLE'],
    [['views'], 'VIEW'],
    [['stages'], 'STAGE'],
    [['row', 'access', 'policies'], 'ROW ACCESS POLICY'],
  ] as const) {
    if (!reader.take(...words, 'in', 'schema')) continue;
    const schema = nameAt(reader);
    return resultOf({
      name: catalog.visible(session, kind, schema).map(({ name }) => name.slice(schema.length + 1)),
    });
  }
  if (reader.take('grants', 'on', 'table')) {
    const table = nameAt(reader);
    const object = catalog.relation(table);
    if (object === undefined || !catalog.mayAny(session, object))
      throw new Error(`Table '${table}' does not exist or not authorized.`);
    const found = catalog.grants().filter(({ on, name }) => on === object.kind && name === table);
    return resultOf({
      privilege: [...found.map(({ privilege }) => privilege), 'OWNERSHIP'],
      grantee_name: [...found.map(({ role }) => role), object.owner],
    });
  }
  if (reader.take('grants', 'of', 'role')) {
    const holders = catalog.roles.grantees(nameAt(reader));
    return resultOf({
      granted_to: holders.map(([kind]) => kind),
      grantee_name: holders.map(([, name]) => name),
    });
  }
  return grantsTo(reader, catalog);
}

function grantsTo(reader: TokenReader, catalog: SecurityCatalog): ResultSet {
  const isFuture = reader.take('future');
  reader.expect('grants', 'to', 'role');
  const role = nameAt(reader);
  const database = (on: ObjectKind, name: string) =>
    ['DATABASE', 'WAREHOUSE'].includes(on) ? name : `CHURN.${name}`;
  const found = isFuture
    ? catalog
        .futureGrants()
        .map(({ schema, ...grant }) => ({ ...grant, name: database(grant.on, `${schema}.<${grant.on}>`) }))
    : catalog.grants().map((grant) => ({ ...grant, name: database(grant.on, grant.name) }));
  const held = found.filter((grant) => grant.role === role);
  return resultOf({
    privilege: held.map(({ privilege }) => privilege),
    [isFuture ? 'grant_on' : 'granted_on']: held.map(({ on }) => on.replaceAll(' ', '_')),
    name: held.map(({ name }) => name),
  });
}

function optionsAt(reader: TokenReader): Map<string, string> {
  const options = new Map<string, string>();
  while (!reader.isDone) {
    const name = reader.next().value;
    reader.expect('=');
    if (reader.peek()?.text === '(') {
      options.set(
        name,
        reader
          .bracketed()
          .map(({ value }) => value)
          .join(' '),
      );
      continue;
    }
    options.set(name, reader.next().value);
    reader.take(',');
  }
  return options;
}

function shown(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
