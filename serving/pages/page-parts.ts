import type { MiddlewareHandler } from 'hono';
import type { AdmittedEnv } from '../http/admission/admit-tenant.ts';
import type { Answerer } from '../http/answer.ts';

/** What the pages about one tenant are made with. */
export interface TenantPageParts {
  /** Lets through who may read the tenant of the address, and puts that tenant and nothing wider into the context. */
  readonly ofTenant: MiddlewareHandler<AdmittedEnv, '/:tenant_id'>;
  readonly answer: Answerer;
  /** What the reader must know about every page, such as that the warehouse cannot be read; null for nothing. */
  readonly notice: () => string | null;
}
