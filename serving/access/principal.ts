import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';

/** What a token may be used for: reading scores, and having posted feature values scored. */
export const SCOPES = ['scores:read', 'scores:compute'] as const;

export type Scope = (typeof SCOPES)[number];

export interface VerifiedClaims {
  readonly subject: string;
  readonly tenants: readonly TenantId[] | '*';
  readonly scopes: readonly Scope[];
  /** The name that accounts carry in `owner` where it is this person's; null where nothing says. */
  readonly owner?: string | null | undefined;
}

/**
 * Who asks, as a verified token says. Nominal (private state; the authenticator alone makes one), so a handler cannot
 * act for anybody else.
 */
export type Principal = VerifiedPrincipal;

/** Permission to read one tenant. It comes from a principal and from nowhere else. */
export type TenantGrant = Grant;

class Grant {
  readonly #tenantId: TenantId;

  constructor(tenantId: TenantId) {
    this.#tenantId = tenantId;
  }

  get tenantId(): TenantId {
    return this.#tenantId;
  }
}

class VerifiedPrincipal {
  readonly subject: string;
  readonly owner: string | null;
  readonly #tenants: ReadonlySet<TenantId> | '*';
  readonly #scopes: ReadonlySet<Scope>;

  constructor({ subject, tenants, scopes, owner = null }: VerifiedClaims) {
    this.subject = subject;
    this.owner = owner;
    this.#tenants = tenants === '*' ? '*' : new Set(tenants);
    this.#scopes = new Set(scopes);
  }

  /** Whether the token names every tenant, and not each by its name. */
  get readsEveryTenant(): boolean {
    return this.#tenants === '*';
  }

  may(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  /** Null for a tenant that the token does not name, and for text that is no tenant id. */
  grant(tenantId: string): TenantGrant | null {
    const parsed = tenantIdSchema.safeParse(tenantId);
    if (!parsed.success || !(this.#tenants === '*' || this.#tenants.has(parsed.data))) return null;
    return new Grant(parsed.data);
  }

  /** The tenants that the token names; all known ones when it names `*`. */
  grants(known: Iterable<TenantId>): readonly TenantGrant[] {
    return Array.from(this.#tenants === '*' ? known : this.#tenants, (tenantId) => new Grant(tenantId));
  }
}

/** For the authenticator, which has checked the signature. */
export function verifiedPrincipal(claims: VerifiedClaims): Principal {
  return new VerifiedPrincipal(claims);
}
