import { BadInput } from '../../features/contract/failure.ts';

/**
 * A tenant has no eligible accounts, no features or no model. That is somebody's mistake when the tenant was asked
 * for by name or was scored before, and an ordinary new tenant when not.
 */
export class NothingToScore extends BadInput {}
