import type { Relation } from '../../features/warehouse/warehouse.ts';

/** The mart that has a row per account: what names it to people. */
export const ACCOUNT_PROFILES: Relation = { schema: 'analytics', name: 'account_profiles' };
