import type { TableDefinition } from '../../features/warehouse/warehouse.ts';

/**
 * Grain: one row per tenant, rule and account of which the rule's condition holds. `account_id` is empty for the tenant
 * itself; `is_open` is false in the one row that says a rule was looked at. `rule` is its name and a hash of what it says.
 */
export const alertStates: TableDefinition = {
  relation: { schema: 'scores', name: 'alert_states' },
  keyColumns: ['tenant_id', 'rule', 'account_id', 'is_open'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'rule', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'is_open', type: 'boolean', nullable: false },
  ],
};
