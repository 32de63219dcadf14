import { BadInput } from '../../features/contract/failure.ts';

/**
 * A tenant has no eligible accounts, no features or no model. That is a mistake when the tenant was asked
 * for by name or was scored before; otherwise it is an ordinary new tenant.
 */
export class NothingToScore extends BadInput {}
