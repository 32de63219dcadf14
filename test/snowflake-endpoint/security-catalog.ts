import type { ResultSet } from './result-set.ts';
import type { Session } from './session.ts';
import { SqlNotUnderstood, type TokenReader } from './sql-tokens.ts';

/** Roles, grants and policies. */
export class SecurityCatalog {
  readonly #stages = new Set<string>();

  stage(_session: Session, name: string): string {
    if (!this.#stages.has(name)) throw new Error(`Stage '${name}' does not exist or not authorized.`);
    return name;
  }

  assume(session: Session, role: string): void {
    if (!session.user.roles.includes(role))
      throw new Error(`Requested role '${role}' is not assigned to the executing user.`);
    session.role = role;
  }

  /** What a role sees of a table under a policy. */
  readThrough(_session: Session, sql: string): string {
    return sql;
  }

  created(_session: Session, _kind: string, _name: string, reader: TokenReader): void {
    if (!reader.isDone)
      throw new SqlNotUnderstood(
        reader
          .rest()
          .map(({ text }) => text)
          .join(' '),
      );
  }

  run(_session: Session, _reader: TokenReader): ResultSet | undefined {
    return undefined;
  }
}
