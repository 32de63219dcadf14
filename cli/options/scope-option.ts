import { InvalidArgumentError } from 'commander';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { type ServedScope, scopeNamed } from '../../models/registry/served-scope.ts';
import { parseTenantId } from './options.ts';

/** @example parseScope('tenant:acme') // { kind: 'tenant', tenantId: 'acme' } */
export function parseScope(value: string): SnapshotScope {
  if (value === 'operator' || value === 'tenants') return { kind: value };
  if (value.startsWith('tenant:'))
    return { kind: 'tenant', tenantId: parseTenantId(value.slice('tenant:'.length)) };
  throw new InvalidArgumentError('give operator, tenants, or one tenant as tenant:ID');
}

/** The same, and a model of tables by its name. @example parseServedScope('table:shop') // { kind: 'table', name: 'shop' } */
export function parseServedScope(value: string): ServedScope {
  if (!value.startsWith('table:')) return parseScope(value);
  const scope = scopeNamed(value);
  if (scope !== undefined) return scope;
  throw new InvalidArgumentError('give the model of tables as table:NAME');
}

/** The registry name of a scope's model unless --name gives another. @example 'churn-tenants' */
export function defaultModelName(scope: SnapshotScope): string {
  if (scope.kind !== 'tenant') return `churn-${scope.kind}`;
  return `churn-tenant-${scope.tenantId.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')}`;
}
