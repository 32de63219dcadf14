import { SignJWT } from 'jose';

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** A token for each tenant, valid for as long as a soak may take. */
export async function tokensFor(tenantIds: readonly string[], secret: string): Promise<string[]> {
  return Promise.all(tenantIds.map((tenantId) => tokenFor(tenantId, secret, `user of ${tenantId}`)));
}

export function tokenFor(tenantId: string, secret: string, subject: string): Promise<string> {
  return new SignJWT({ tenants: [tenantId], scope: 'scores:read scores:compute' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setExpirationTime('12 hours')
    .sign(new TextEncoder().encode(secret));
}

export interface RequestOptions {
  /** Before /v1, for the peer's other way of answering. */
  readonly prefix?: string;
  readonly isCompressed?: boolean;
  /** 5 where nothing is said, as the services have it. */
  readonly drivers?: number;
}

/** The first page of every tenant's list. */
export function listRequests(
  tenantIds: readonly string[],
  tokens: readonly string[],
  { prefix = '', isCompressed = false }: RequestOptions = {},
): Request[] {
  return tenantIds.map((tenantId, at) => ({
    method: 'GET',
    path: `${prefix}/v1/tenants/${tenantId}/scores`,
    headers: {
      authorization: `Bearer ${tokens[at]}`,
      ...(isCompressed ? { 'accept-encoding': 'gzip' } : {}),
    },
  }));
}

/** One account with all its features for every tenant. */
export function whatIfRequests(
  tenantIds: readonly string[],
  tokens: readonly string[],
  accounts: readonly object[],
  { prefix = '', drivers = 5 }: RequestOptions = {},
): Request[] {
  return tenantIds.map((tenantId, at) => ({
    method: 'POST',
    path: `${prefix}/v1/tenants/${tenantId}/score`,
    headers: { authorization: `Bearer ${tokens[at]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accounts: [accounts[at % accounts.length]], drivers_per_account: drivers }),
  }));
}
