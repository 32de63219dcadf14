import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { SharedModel } from './shared-model.ts';
import type { BodyError } from './unreadable-body.ts';

/** Whose turn it is and who waits for whom: tenants take turns, and within a tenant its subjects do. */
export interface Payer {
  /** Null where a token that names several tenants asks for none of them in particular. */
  readonly tenantId: TenantId | null;
  readonly subject: string;
}

/** One request to score what was posted. */
export interface WhatIfOrder {
  /** Accounts one by one, or tensors of the Open Inference Protocol. */
  readonly form: 'accounts' | 'tensors';
  readonly model: SharedModel;
  readonly payer: Payer;
  /** As it came. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** How many bytes of the body are JSON, where binary tensors follow; null where all of them are. */
  readonly jsonBytes: number | null;
  /** The tenant that the body names, once it is known that the token may read it. */
  readonly namedTenant: string | null;
}

export type WhatIfAnswer =
  | {
      readonly kind: 'scored';
      readonly rowCount: number;
      readonly body: Uint8Array<ArrayBuffer>;
      /** How many bytes of the body are JSON, where binary tensors follow; null where all of them are. */
      readonly jsonBytes: number | null;
    }
  | { readonly kind: 'unreadable'; readonly errors: readonly BodyError[] }
  /** The body names a tenant. Whoever holds the token's rights says whether it may; then the order is given again. */
  | { readonly kind: 'names tenant'; readonly tenantId: string; readonly body: Uint8Array<ArrayBuffer> };
