import { createHash } from 'node:crypto';
import { OPERATOR_TENANT } from '../../features/contract/tenant-id.ts';
import type { ModelScope } from '../scoring/scoring-model.ts';

/** Whom a champion serves: the accounts of a scope, or those who ask for a model of tables by its name. */
export type ServedScope =
  | Exclude<ModelScope, { readonly kind: 'table' }>
  | { readonly kind: 'table'; readonly name: string };

/** Longest key; file systems take 255 bytes in a name. */
const LONGEST_KEY = 180;

/** The scopes whose champion may serve a tenant, narrowest first. The operator's accounts take the operator's alone. */
export function scopesServing(tenantId: string): readonly ServedScope[] {
  return tenantId === OPERATOR_TENANT
    ? [{ kind: 'operator' }]
    : [{ kind: 'tenant', tenantId }, { kind: 'tenants' }];
}

/** The scope that a model serves unless somebody says otherwise. */
export function ownScope(scope: ModelScope, name: string): ServedScope {
  return scope.kind === 'table' ? { kind: 'table', name } : scope;
}

/** Whether a model may serve a scope: its own, and one of all tenants may serve a single one of them. */
export function mayServe(scope: ModelScope, name: string, served: ServedScope): boolean {
  return (
    scopeText(ownScope(scope, name)) === scopeText(served) ||
    (scope.kind === 'tenants' && served.kind === 'tenant')
  );
}

/** @example scopeText({ kind: 'tenant', tenantId: 'acme' }) // 'tenant:acme' */
export function scopeText(scope: ServedScope): string {
  if (scope.kind === 'tenant') return `tenant:${scope.tenantId}`;
  return scope.kind === 'table' ? `table:${scope.name}` : scope.kind;
}

/** The scope that a text names; undefined for any other text. */
export function scopeNamed(text: string): ServedScope | undefined {
  if (text === 'operator' || text === 'tenants') return { kind: text };
  const [, kind, rest] = /^(tenant|table):(.+)$/s.exec(text) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  return kind === 'tenant' ? { kind, tenantId: rest } : { kind: 'table', name: rest };
}

/** What a scope's record is filed under: different scopes have different keys, also where names ignore case. */
export function scopeKey(text: string): string {
  const bytes = [...Buffer.from(text)];
  const key = bytes
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[a-z0-9._-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return key.length <= LONGEST_KEY ? key : `long-${createHash('sha256').update(text).digest('hex')}`;
}
