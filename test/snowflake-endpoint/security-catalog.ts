import { NOTHING, type ResultSet, resultOf } from './result-set.ts';
import type { Session } from './session.ts';
import { SqlNotUnderstood, type Token, TokenReader, tokensOf } from './sql-tokens.ts';

interface Grant {
  readonly role: string;
  readonly privilege: string;
  readonly on: string;
  readonly name: string;
  readonly isFuture: boolean;
}

/** The one policy that the endpoint can apply: the mapping table says which tenants a role sees. */
const KNOWN_POLICY_BODY = `exists (select 1 from "CHURN"."ROLE_TENANTS" m where is_role_in_session(m."ROLE_NAME") and m."TENANT_ID" in ('*', ROW_TENANT_ID))`;
const ADMINISTRATOR = 'ACCOUNTADMIN';

/**
 * Warehouses, roles, grants, stages and row access policies. Once a role has been made, what a role was not granted is
 * refused, and a table with a policy shows a role the rows of its tenants only.
 */
export class SecurityCatalog {
  readonly #warehouses = new Map<string, Map<string, string>>();
  readonly #roles = new Set<string>();
  readonly #stages = new Set<string>();
  readonly #policies = new Map<string, string>();
  /** Relation → policy. */
  readonly #guarded = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  #grants: Grant[] = [];

  assume(session: Session, role: string): void {
    if (!session.user.roles.includes(role))
      throw new Error(`Requested role '${role}' is not assigned to the executing user.`);
    session.role = role;
  }

  stage(session: Session, name: string, privilege: 'READ' | 'WRITE'): string {
    if (!this.#stages.has(name) || !this.#may(session, privilege, 'STAGE', name))
      throw new Error(`Stage '${name}' does not exist or not authorized.`);
    return name;
  }

  /** Refuses a statement whose role lacks a privilege on what it touches. */
  authorize(session: Session, tokens: readonly Token[]): void {
    const [first] = tokens;
    if (
      first?.kind !== 'word' ||
      !['select', 'merge', 'delete', 'insert', 'update', 'copy'].includes(first.value)
    )
      return;
    const isMerge = first.value === 'merge';
    for (const [word, relation] of referencedRelations(tokens)) {
      if (session.temporaryTables.has(quoted(relation)) || relation.startsWith('INFORMATION_SCHEMA.'))
        continue;
      const needed = new Set<string>();
      if (word === 'update') needed.add('UPDATE');
      else if (word !== 'into') needed.add(first.value === 'delete' ? 'DELETE' : 'SELECT');
      else if (first.value !== 'copy' || !relation.startsWith('@')) needed.add('INSERT');
      if (isMerge && word === 'into') {
        needed.add('SELECT');
        if (tokens.some(({ kind, value }) => kind === 'word' && value === 'update')) needed.add('UPDATE');
      }
      for (const privilege of needed)
        if (
          !this.#may(session, privilege, 'TABLE', relation) &&
          !this.#may(session, privilege, 'VIEW', relation)
        )
          throw new Error(
            `Object '${relation}' does not exist or not authorized (${session.role} lacks ${privilege}).`,
          );
    }
  }

  /** A translated SELECT as the role sees it. */
  readThrough(session: Session, sql: string): string {
    if (!this.#isEnforced(session)) return sql;
    return sql.replaceAll(
      /\b(from|join) "([^"]+)" \. "([^"]+)"/g,
      (whole, word: string, schema: string, name: string) => {
        if (!this.#guarded.has(`${schema}.${name}`)) return whole;
        const seen = `exists (select 1 from "CHURN"."ROLE_TENANTS" as m where m."ROLE_NAME" = '${session.role}' and m."TENANT_ID" in ('*', r."TENANT_ID"))`;
        return `${word} (select r.* from "${schema}"."${name}" as r where ${seen}) as "${name}"`;
      },
    );
  }

  /** What follows the columns of a new table, and that its schema may hold it. */
  created(session: Session, relation: string, reader: TokenReader): void {
    const [schema] = plain(relation).split('.');
    if (!this.#may(session, 'CREATE TABLE', 'SCHEMA', schema!))
      throw new Error(`Insufficient privileges to operate on schema '${schema}'.`);
    if (reader.take('with', 'row', 'access', 'policy')) this.#guard(plain(relation), reader);
    this.#owners.set(plain(relation), session.role);
    reader.done();
  }

  /** Attaches the policy to what dbt would have made. */
  guard(...relations: readonly string[]): void {
    for (const relation of relations) this.#guarded.set(relation, 'CHURN.TENANT_ROWS');
  }

  /** Definitions, grants and SHOW; undefined for what is none of them. */
  run(session: Session, reader: TokenReader): ResultSet | undefined {
    if (reader.take('create')) return this.#create(reader);
    if (reader.take('grant')) return this.#grant(reader, 'to');
    if (reader.take('revoke')) return this.#grant(reader, 'from');
    if (reader.take('alter')) return this.#alter(reader);
    if (reader.take('show')) return this.#show(session, reader);
    if (reader.take('describe', 'row', 'access', 'policy')) {
      const name = nameAt(reader);
      const body = this.#policies.get(name);
      if (body === undefined)
        throw new Error(`Row access policy '${name}' does not exist or not authorized.`);
      return resultOf({ name: [name.split('.').at(-1)!], body: [body] });
    }
    if (reader.take('select', '*', 'from', 'table')) {
      const call = new TokenReader(reader.bracketed());
      call.expect('information_schema', '.', 'policy_references');
      const argument = new TokenReader(call.bracketed());
      argument.expect('policy_name', '=>');
      const policy = argument.next().value.split('.').slice(-2).join('.').toUpperCase();
      const found = [...this.#guarded]
        .filter(([, one]) => one === policy)
        .map(([relation]) => relation.split('.'));
      return resultOf({
        REF_SCHEMA_NAME: found.map(([schema]) => schema!),
        REF_ENTITY_NAME: found.map(([, name]) => name!),
        REF_ARG_COLUMN_NAMES: found.map(() => '[ "TENANT_ID" ]'),
        POLICY_STATUS: found.map(() => 'ACTIVE'),
      });
    }
    return undefined;
  }

  #isEnforced({ role }: Session): boolean {
    return this.#roles.size > 0 && role !== ADMINISTRATOR;
  }

  #may(session: Session, privilege: string, on: string, name: string): boolean {
    if (!this.#isEnforced(session)) return true;
    const [schema] = name.split('.');
    return (
      this.#owners.get(name) === session.role ||
      this.#grants.some(
        (grant) =>
          grant.role === session.role &&
          grant.privilege === privilege &&
          grant.on === on &&
          grant.name === (grant.isFuture ? schema : name),
      )
    );
  }

  #create(reader: TokenReader): ResultSet | undefined {
    if (reader.take('warehouse', 'if', 'not', 'exists')) {
      const name = nameAt(reader);
      reader.take('with');
      const options = optionsAt(reader);
      if (!this.#warehouses.has(name)) this.#warehouses.set(name, options);
      return NOTHING;
    }
    if (reader.take('database', 'if', 'not', 'exists')) return NOTHING;
    if (reader.take('role', 'if', 'not', 'exists')) {
      this.#roles.add(nameAt(reader));
      return NOTHING;
    }
    if (reader.take('row', 'access', 'policy', 'if', 'not', 'exists')) {
      const name = nameAt(reader);
      reader.expect('as');
      if (
        reader
          .bracketed()
          .map(({ value }) => value)
          .join(' ') !== 'row_tenant_id varchar'
      )
        throw new SqlNotUnderstood('a policy over other columns');
      reader.expect('returns', 'boolean', '->');
      const body = reader.rest();
      if (!this.#policies.has(name)) this.#policies.set(name, shown(body));
      if (shown(body) !== shown(tokensOf(KNOWN_POLICY_BODY)))
        throw new SqlNotUnderstood(`the policy ${shown(body)}`);
      return NOTHING;
    }
    if (reader.take('stage', 'if', 'not', 'exists')) {
      this.#stages.add(nameAt(reader));
      reader.expect('encryption', '=');
      reader.bracketed();
      reader.done();
      return NOTHING;
    }
    return undefined;
  }

  #guard(relation: string, reader: TokenReader): void {
    const policy = nameAt(reader);
    if (!this.#policies.has(policy))
      throw new Error(`Row access policy '${policy}' does not exist or not authorized.`);
    reader.expect('on');
    if (
      reader
        .bracketed()
        .map(({ value }) => value)
        .join() !== 'TENANT_ID'
    )
      throw new SqlNotUnderstood('a policy on other columns');
    this.#guarded.set(relation, policy);
  }

  #grant(reader: TokenReader, direction: 'to' | 'from'): ResultSet {
    const words: string[] = [];
    while (!reader.take('on')) words.push(reader.next().value);
    const privilege = words.join(' ').toUpperCase();
    const isFuture = reader.take('future');
    const kind: string[] = [];
    while (reader.peek()?.kind === 'word') kind.push(reader.next().value);
    const on = isFuture ? kind.join(' ').replace(/s in schema$/, '') : kind.join(' ');
    const name = nameAt(reader);
    reader.expect(direction, 'role');
    const role = nameAt(reader);
    reader.done();
    if (!this.#roles.has(role)) throw new Error(`Role '${role}' does not exist or not authorized.`);
    const grant = { role, privilege, on: on.toUpperCase(), name, isFuture };
    const others = this.#grants.filter((one) => JSON.stringify(one) !== JSON.stringify(grant));
    this.#grants = direction === 'to' ? [...others, grant] : others;
    return NOTHING;
  }

  #alter(reader: TokenReader): ResultSet {
    if (reader.take('warehouse')) {
      const options = this.#warehouses.get(nameAt(reader));
      reader.expect('set');
      for (const [name, value] of optionsAt(reader)) options?.set(name, value);
      return NOTHING;
    }
    reader.expect('table');
    const relation = nameAt(reader);
    if (reader.take('drop', 'row', 'access', 'policy')) {
      nameAt(reader);
      this.#guarded.delete(relation);
      return NOTHING;
    }
    reader.expect('add', 'row', 'access', 'policy');
    this.#guard(relation, reader);
    return NOTHING;
  }

  #show(_session: Session, reader: TokenReader): ResultSet {
    if (reader.take('roles')) return resultOf({ name: [...this.#roles, ADMINISTRATOR] });
    if (reader.take('warehouses'))
      return resultOf({
        name: [...this.#warehouses.keys()],
        auto_suspend: [...this.#warehouses.values()].map((options) => options.get('auto_suspend') ?? '600'),
      });
    if (reader.take('stages', 'in', 'schema')) {
      const schema = nameAt(reader);
      return resultOf({ name: within(this.#stages, schema) });
    }
    if (reader.take('row', 'access', 'policies', 'in', 'schema')) {
      const schema = nameAt(reader);
      return resultOf({ name: within(this.#policies.keys(), schema) });
    }
    if (reader.take('grants', 'on', 'table')) {
      const table = nameAt(reader);
      const [schema] = table.split('.');
      const found = this.#grants.filter(
        ({ on, name, isFuture }) => on === 'TABLE' && name === (isFuture ? schema : table),
      );
      const owner = this.#owners.get(table) ?? ADMINISTRATOR;
      return resultOf({
        privilege: [...found.map(({ privilege }) => privilege), 'OWNERSHIP'],
        grantee_name: [...found.map(({ role }) => role), owner],
      });
    }
    const isFuture = reader.take('future');
    reader.expect('grants', 'to', 'role');
    const role = nameAt(reader);
    const found = this.#grants.filter((grant) => grant.role === role && grant.isFuture === isFuture);
    const full = (grant: Grant) =>
      ['DATABASE', 'WAREHOUSE'].includes(grant.on)
        ? grant.name
        : `CHURN.${grant.name}${isFuture ? `.<${grant.on}>` : ''}`;
    return resultOf({
      privilege: found.map(({ privilege }) => privilege),
      [isFuture ? 'grant_on' : 'granted_on']: found.map(({ on }) => on.replaceAll(' ', '_')),
      name: found.map(full),
    });
  }
}

/** Relations by the word before them. */
function referencedRelations(tokens: readonly Token[]): [string, string][] {
  const found: [string, string][] = [];
  const reader = new TokenReader(tokens);
  while (!reader.isDone) {
    if (reader.take('distinct', 'from')) continue;
    const { kind, value } = reader.next();
    if (kind !== 'word' || !['from', 'into', 'using', 'join', 'update'].includes(value)) continue;
    const isName = reader.peek()?.kind === 'quoted' || reader.peek(1)?.text === '.';
    if (isName) found.push([value, nameAt(reader)]);
  }
  return found;
}

function nameAt(reader: TokenReader): string {
  return plain(reader.relation());
}

function plain(relation: string): string {
  return relation.replaceAll('"', '');
}

function quoted(relation: string): string {
  return relation
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

function within(names: Iterable<string>, schema: string): string[] {
  return [...names]
    .filter((name) => name.startsWith(`${schema}.`))
    .map((name) => name.slice(schema.length + 1));
}

function optionsAt(reader: TokenReader): Map<string, string> {
  const options = new Map<string, string>();
  while (!reader.isDone) {
    const name = reader.next().value;
    reader.expect('=');
    options.set(name, reader.next().value);
  }
  return options;
}

/** Tokens as text, so that blanks do not matter. */
function shown(tokens: readonly Token[]): string {
  return tokens
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/ ?([().,]) ?/g, '$1')
    .replaceAll(',', ', ')
    .replaceAll(/([^\w ])\(/g, '$1 (')
    .replaceAll(/\b(exists|in)\(/g, '$1 (');
}
