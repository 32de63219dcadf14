import { InvalidArgumentError } from 'commander';
import type { SnapshotScope } from '../../features/snapshot/snapshot-manifest.ts';
import { parseTenantId } from './options.ts';

/** @example parseScope('tenant:acme') // { kind: 'tenant', tenantId: 'acme' } */
export function parseScope(value: string): SnapshotScope {
  if (value === 'operator' || value === 'tenants') return { kind: value };
  if (value.startsWith('tenant:'))
    return { kind: 'tenant', tenantId: parseTenantId(value.slice('tenant:'.length)) };
  throw new InvalidArgumentError('give operator, tenants, or one tenant as tenant:ID');
}

/** The registry name of a scope's model unless --name gives another. @example 'churn-tenants' */
export function defaultModelName(scope: SnapshotScope): string {
  if (scope.kind !== 'tenant') return `churn-${scope.kind}`;
  return `churn-tenant-${scope.tenantId.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')}`;
}
