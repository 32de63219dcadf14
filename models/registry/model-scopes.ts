import { OPERATOR_TENANT } from '../../features/contract/tenant-id.ts';
import type { ModelScope } from '../scoring/scoring-model.ts';

/** The scopes whose champion may serve a tenant, narrowest first. The operator's accounts take the operator's alone. */
export function scopesServing(tenantId: string): readonly ModelScope[] {
  return tenantId === OPERATOR_TENANT
    ? [{ kind: 'operator' }]
    : [{ kind: 'tenant', tenantId }, { kind: 'tenants' }];
}

export function isSameScope(left: ModelScope, right: ModelScope): boolean {
  if (left.kind === 'tenant' && right.kind === 'tenant') return left.tenantId === right.tenantId;
  return left.kind === right.kind;
}
