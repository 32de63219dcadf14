import { Roles } from './roles.ts';
import type { Session } from './session.ts';
import { type Token, TokenReader } from './sql-tokens.ts';
import { translateSql } from './translate-sql.ts';

export type ObjectKind =
  | 'DATABASE'
  | 'SCHEMA'
  | 'TABLE'
  | 'VIEW'
  | 'STAGE'
  | 'ROW ACCESS POLICY'
  | 'WAREHOUSE'
  | 'NETWORK POLICY'
  | 'NETWORK RULE'
  | 'ROLE'
  | 'USER';

/** Whose rights count: a session's, or those of a view's owner. */
export type RoleHolder = Pick<Session, 'role' | 'usesSecondaryRoles' | 'user'>;

interface AccountObject {
  readonly kind: ObjectKind;
  /** Within its database. */
  readonly name: string;
  owner: string;
  /** Of a warehouse. */
  readonly options?: Map<string, string>;
  /** Of a view or a policy. */
  readonly body?: readonly Token[];
}

export interface Grant {
  readonly role: string;
  readonly privilege: string;
  readonly on: ObjectKind;
  readonly name: string;
}

/** What a schema will give to a role on each object that is made in it. */
export interface FutureGrant extends Omit<Grant, 'name'> {
  readonly schema: string;
}

/** The role that creates an object of this kind needs one of these, or CREATE on the parent. */
const CREATING_ROLES: Readonly<Partial<Record<ObjectKind, string>>> = {
  DATABASE: 'SYSADMIN',
  WAREHOUSE: 'SYSADMIN',
  ROLE: 'USERADMIN',
  USER: 'USERADMIN',
  'NETWORK POLICY': 'SECURITYADMIN',
};

const STATEMENTS_WITH_RELATIONS = ['select', 'merge', 'delete', 'insert', 'update', 'copy'];

/**
 * Objects, their owners and grants, as one account has them. Nobody sees an object but through ownership, or a grant, of a
 * role in the session; ACCOUNTADMIN is a role like any other. With grants ignored everybody may do everything.
 */
export class SecurityCatalog {
  readonly roles = new Roles();
  readonly isChecked: boolean;
  readonly #objects = new Map<string, AccountObject>();
  /** Relation → policy. */
  readonly #guarded = new Map<string, string>();
  #grants: Grant[] = [];
  #future: FutureGrant[] = [];

  constructor(grants: 'checked' | 'ignored') {
    this.isChecked = grants === 'checked';
  }

  assume(session: Session, role: string): void {
    if (!this.mayAssume(session.user, role))
      throw new Error(`Requested role '${role}' is not assigned to the executing user.`);
    session.role = role;
  }

  mayAssume({ name, roles }: Session['user'], role: string): boolean {
    return this.roles.inherited([...roles, ...this.roles.ofUser(name.toUpperCase())]).has(role);
  }

  /** Every role that counts in a session. */
  rolesOf({ role, usesSecondaryRoles, user }: RoleHolder): ReadonlySet<string> {
    const secondary = usesSecondaryRoles
      ? [...user.roles, ...this.roles.ofUser(user.name.toUpperCase())]
      : [];
    return this.roles.inherited([role, ...secondary]);
  }

  find(kind: ObjectKind, name: string): AccountObject | undefined {
    return this.#objects.get(`${kind} ${name}`);
  }

  relation(name: string): AccountObject | undefined {
    return this.find('TABLE', name) ?? this.find('VIEW', name);
  }

  all(kind: ObjectKind): readonly AccountObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  /** Objects of a kind that the session may know of, in a schema or anywhere. */
  visible(session: RoleHolder, kind: ObjectKind, schema?: string): readonly AccountObject[] {
    return this.all(kind).filter(
      (object) =>
        (schema === undefined || object.name.startsWith(`${schema}.`)) && this.mayAny(session, object),
    );
  }

  /** Refuses what a role may not create. @returns false where the object is there already */
  create(
    session: RoleHolder,
    kind: ObjectKind,
    name: string,
    how: { readonly orReplace?: boolean; readonly ifNotExists?: boolean; readonly copyGrants?: boolean } = {},
    more: Pick<AccountObject, 'options' | 'body'> = {},
  ): boolean {
    this.#checkCreation(session, kind, name);
    const key = `${kind} ${name}`;
    if (this.#objects.has(key)) {
      if (how.ifNotExists) return false;
      if (!how.orReplace && this.isChecked) throw new Error(`Object '${name}' already exists.`);
      if (this.isChecked && !this.rolesOf(session).has(this.#objects.get(key)!.owner))
        throw new Error(`Insufficient privileges to operate on ${kind.toLowerCase()} '${name}'.`);
      if (!how.copyGrants)
        this.#grants = this.#grants.filter((grant) => grant.on !== kind || grant.name !== name);
    }
    this.#guarded.delete(name);
    this.#objects.set(key, { kind, name, owner: session.role, ...more });
    if (kind === 'ROLE') this.roles.create(name);
    const [schema] = name.split('.');
    for (const { role, privilege, on, schema: within } of this.#future)
      if (on === kind && within === schema) this.#add({ role, privilege, on, name });
    return true;
  }

  drop(kind: ObjectKind, name: string): void {
    this.#objects.delete(`${kind} ${name}`);
    this.#guarded.delete(name);
    this.#grants = this.#grants.filter((grant) => grant.on !== kind || grant.name !== name);
  }

  demandOwnership(session: RoleHolder, relation: string): void {
    const owner = this.relation(relation)?.owner;
    if (owner === undefined || !this.rolesOf(session).has(owner))
      throw new Error(
        `Insufficient privileges to operate on '${relation}' (${session.role} does not own it).`,
      );
  }

  /** Takes over an object that was not made by a statement, as if the role had made it. */
  adopt(role: string, kind: 'DATABASE' | 'SCHEMA' | 'TABLE' | 'VIEW', name: string, policy?: string): void {
    const maker = { role, usesSecondaryRoles: false, user: { name: '', roles: [], defaultRole: '' } };
    this.create(maker, kind, name, { orReplace: true, ifNotExists: kind === 'SCHEMA' });
    if (policy !== undefined) this.guard(maker, policy, name);
  }

  /** Attaches a policy. */
  guard(session: RoleHolder, policy: string, relation: string): void {
    const found = this.find('ROW ACCESS POLICY', policy);
    if (found === undefined || !this.may(session, 'APPLY', found))
      throw new Error(`Row access policy '${policy}' does not exist or not authorized.`);
    this.#guarded.set(relation, policy);
  }

  unguard(relation: string): void {
    this.#guarded.delete(relation);
  }

  guarded(): readonly (readonly [string, string])[] {
    return [...this.#guarded];
  }

  grants(): readonly Grant[] {
    return this.#grants;
  }

  futureGrants(): readonly FutureGrant[] {
    return this.#future;
  }

  grant(session: RoleHolder, grant: Grant): void {
    this.#checkGranting(session, grant.on, grant.name);
    if (grant.privilege === 'OWNERSHIP') {
      this.find(grant.on, grant.name)!.owner = grant.role;
      return;
    }
    this.#add(grant);
  }

  revoke(session: RoleHolder, grant: Grant): void {
    this.#checkGranting(session, grant.on, grant.name);
    this.#grants = this.#grants.filter((one) => !isSame(one, grant));
  }

  grantFuture(session: RoleHolder, grant: FutureGrant, direction: 'to' | 'from'): void {
    if (!this.#manages(session)) throw new Error('Insufficient privileges: MANAGE GRANTS is needed.');
    this.#future = this.#future.filter((one) => !isSame(one, grant));
    if (direction === 'to') this.#future.push(grant);
  }

  /** Whether an object is owned or the privilege on it was granted, and something on each of its parents. */
  may(session: RoleHolder, privilege: string, object: AccountObject): boolean {
    if (!this.isChecked) return true;
    const roles = this.rolesOf(session);
    const holds =
      roles.has(object.owner) ||
      this.#grants.some(
        (grant) =>
          roles.has(grant.role) &&
          grant.privilege === privilege &&
          grant.on === object.kind &&
          grant.name === object.name,
      );
    return holds && this.#parentsOf(object).every((parent) => this.mayAny(session, parent));
  }

  mayAny(session: RoleHolder, object: AccountObject): boolean {
    if (!this.isChecked) return true;
    const roles = this.rolesOf(session);
    return (
      roles.has(object.owner) ||
      this.#grants.some(
        (grant) => roles.has(grant.role) && grant.on === object.kind && grant.name === object.name,
      )
    );
  }

  stage(session: Session, name: string, privilege: 'READ' | 'WRITE'): string {
    const stage = this.find('STAGE', name);
    if (stage === undefined || !this.may(session, privilege, stage))
      throw new Error(`Stage '${name}' does not exist or not authorized.`);
    return name;
  }

  /** Refuses a statement whose role lacks a privilege on what it touches. */
  authorize(session: Session, tokens: readonly Token[]): void {
    const [first] = tokens;
    if (!this.isChecked || first?.kind !== 'word' || !STATEMENTS_WITH_RELATIONS.includes(first.value)) return;
    const referenced = referencedRelations(tokens);
    if (session.database === undefined && referenced.length > 0)
      throw new Error(
        `Cannot perform ${first.value.toUpperCase()}. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.`,
      );
    if (referenced.length > 0) this.#checkWarehouse(session);
    for (const [word, relation] of referenced) {
      if (session.temporaryTables.has(quoted(relation)) || relation.startsWith('INFORMATION_SCHEMA.'))
        continue;
      for (const privilege of privilegesFor(first.value, word, relation, tokens))
        this.#demand(session, privilege, relation);
    }
  }

  /** A translated SELECT as the role sees it: rows of its tenants, and of a view what its owner may read. */
  readThrough(session: Session, sql: string): string {
    if (!this.isChecked) return sql;
    const visible = ['TABLE', 'VIEW'].flatMap((kind) => this.visible(session, kind as ObjectKind));
    const names = visible.map(({ name }) => `'${name.replaceAll("'", "''")}'`).join(', ');
    return sql
      .replaceAll(
        'snowflake_system.columns',
        `(select * from snowflake_system.columns where table_schema || '.' || table_name in (${names || "''"}))`,
      )
      .replaceAll(
        /\b(from|join) "([^"]+)" \. "([^"]+)"/g,
        (whole, word: string, schema: string, name: string) => {
          const rows = this.#rowsOf(session, schema, name);
          return rows === undefined ? whole : `${word} ${rows} as "${name}"`;
        },
      );
  }

  /** The rows of a relation that is not read as it is. */
  #rowsOf(session: Session, schema: string, name: string): string | undefined {
    const relation = `${schema}.${name}`;
    const body = this.find('VIEW', relation)?.body;
    const guarded = this.#guarded.has(relation);
    if (body === undefined && !guarded) return undefined;
    const all =
      body === undefined ? `"${schema}"."${name}"` : `(${this.readThrough(session, translateSql(body))})`;
    if (!guarded) return all;
    const roles = [...this.rolesOf(session)].map((role) => `'${role}'`).join(', ');
    const seen = `exists (select 1 from "CHURN"."ROLE_TENANTS" as m where m."ROLE_NAME" in (${roles}) and m."TENANT_ID" in ('*', r."TENANT_ID"))`;
    return `(select r.* from ${all} as r where ${seen})`;
  }

  #demand(session: RoleHolder, privilege: string, relation: string): void {
    const object = this.relation(relation);
    if (object === undefined || !this.may(session, privilege, object))
      throw new Error(
        `Object '${relation}' does not exist or not authorized (${session.role} lacks ${privilege}).`,
      );
    if (object.body !== undefined) this.checkViewBody(object.owner, object.body);
  }

  /** A view reads with its owner's rights. */
  checkViewBody(owner: string, body: readonly Token[]): void {
    if (!this.isChecked) return;
    const holder = { role: owner, usesSecondaryRoles: false, user: { name: '', roles: [], defaultRole: '' } };
    for (const [, relation] of referencedRelations(body)) this.#demand(holder, 'SELECT', relation);
  }

  #checkWarehouse(session: Session): void {
    const warehouse = session.warehouse && this.find('WAREHOUSE', session.warehouse);
    if (!warehouse || !this.may(session, 'USAGE', warehouse))
      throw new NoWarehouse(
        "No active warehouse selected in the current session. Select an active warehouse with the 'use warehouse' command.",
      );
  }

  #checkCreation(session: RoleHolder, kind: ObjectKind, name: string): void {
    if (!this.isChecked) return;
    const roles = this.rolesOf(session);
    const creator = CREATING_ROLES[kind];
    if (creator !== undefined) {
      if (roles.has(creator)) return;
      throw new Error(
        `Insufficient privileges to operate on account (${session.role} may not create ${name}).`,
      );
    }
    const [parent] = this.#parentsOf({ kind, name, owner: '' });
    if (parent === undefined)
      throw new Error(`Schema '${name.split('.')[0]}' does not exist or not authorized.`);
    if (!this.may(session, `CREATE ${kind}`, parent))
      throw new Error(`Insufficient privileges to operate on ${parent.kind.toLowerCase()} '${parent.name}'.`);
  }

  /** The nearest first. */
  #parentsOf({ kind, name }: AccountObject): readonly AccountObject[] {
    if (kind in CREATING_ROLES) return [];
    const database = this.all('DATABASE').slice(0, 1);
    if (kind === 'SCHEMA') return database;
    const schema = this.find('SCHEMA', name.split('.')[0]!);
    return schema === undefined ? [] : [schema, ...database];
  }

  #manages(session: RoleHolder): boolean {
    return !this.isChecked || this.rolesOf(session).has('SECURITYADMIN');
  }

  #checkGranting(session: RoleHolder, on: ObjectKind, name: string): void {
    const object = this.find(on, name);
    if (this.isChecked && object === undefined)
      throw new Error(`${on} '${name}' does not exist or not authorized.`);
    if (!this.#manages(session) && !this.rolesOf(session).has(object!.owner))
      throw new Error(`Insufficient privileges to operate on ${on.toLowerCase()} '${name}'.`);
  }

  #add(grant: Grant): void {
    this.#grants = [...this.#grants.filter((one) => !isSame(one, grant)), grant];
  }
}

/** Nothing can be read before a warehouse is chosen. */
export class NoWarehouse extends Error {}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function privilegesFor(
  statement: string,
  word: string,
  relation: string,
  tokens: readonly Token[],
): ReadonlySet<string> {
  const needed = new Set<string>();
  if (word === 'update') needed.add('UPDATE');
  else if (word !== 'into') needed.add(statement === 'delete' && word === 'from' ? 'DELETE' : 'SELECT');
  else if (statement !== 'copy' || !relation.startsWith('@')) needed.add('INSERT');
  if (statement === 'merge' && word === 'into') {
    needed.add('SELECT');
    if (tokens.some(({ kind, value }) => kind === 'word' && value === 'update')) needed.add('UPDATE');
  }
  return needed;
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

/** A name without quotes; of three parts the last two. */
export function nameAt(reader: TokenReader): string {
  return reader.relation().replaceAll('"', '');
}

function quoted(relation: string): string {
  return relation
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
