/** Roles and who holds them. A role has what the roles have that were granted to it, and no role has more than that. */
export class Roles {
  /** Role → roles that were granted to it. */
  readonly #granted = new Map<string, Set<string>>([
    ['ACCOUNTADMIN', new Set(['SYSADMIN', 'SECURITYADMIN'])],
    ['SECURITYADMIN', new Set(['USERADMIN'])],
    ['SYSADMIN', new Set()],
    ['USERADMIN', new Set()],
    ['PUBLIC', new Set()],
  ]);
  /** User in upper case → roles that were granted to it by a statement. */
  readonly #ofUsers = new Map<string, Set<string>>();

  has(role: string): boolean {
    return this.#granted.has(role);
  }

  names(): readonly string[] {
    return [...this.#granted.keys()];
  }

  create(role: string): void {
    if (!this.has(role)) this.#granted.set(role, new Set());
  }

  grant(role: string, to: { readonly role?: string; readonly user?: string }): void {
    if (to.role !== undefined) this.#granted.get(to.role)?.add(role);
    else this.#ofUsers.set(to.user!, new Set([...this.ofUser(to.user!), role]));
  }

  revoke(role: string, from: { readonly role?: string; readonly user?: string }): void {
    if (from.role !== undefined) this.#granted.get(from.role)?.delete(role);
    else this.#ofUsers.get(from.user!)?.delete(role);
  }

  ofUser(user: string): readonly string[] {
    return [...(this.#ofUsers.get(user) ?? [])];
  }

  /** Who was granted a role, as kind and name. */
  grantees(role: string): readonly (readonly ['ROLE' | 'USER', string])[] {
    const holding = (kind: 'ROLE' | 'USER', all: ReadonlyMap<string, ReadonlySet<string>>) =>
      [...all].filter(([, roles]) => roles.has(role)).map(([name]) => [kind, name] as const);
    return [...holding('ROLE', this.#granted), ...holding('USER', this.#ofUsers)];
  }

  /** Roles with all that they inherit. Everybody has PUBLIC. */
  inherited(roles: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [...roles, 'PUBLIC'];
    for (let role = open.pop(); role !== undefined; role = open.pop()) {
      if (found.has(role)) continue;
      found.add(role);
      open.push(...(this.#granted.get(role) ?? []));
    }
    return found;
  }
}
