import type { Relation } from '../warehouse/warehouse.ts';

/** Tables that builds of earlier versions left: nothing reads them any more, and nothing would erase what they hold. */
export const RETIRED_MODELS: readonly Relation[] = [
  'int_user_keys',
  'int_weekly_user_activity',
  'int_operator_user_daily_activity',
].map((name) => ({ schema: 'intermediate', name }));
