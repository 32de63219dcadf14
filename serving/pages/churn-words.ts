import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { count } from './format.ts';

/** What an account does when it churns, to follow "the chance that an account". @example churnVerb(null) // 'leaves' */
export function churnVerb(churn: ChurnDefinition | null): string {
  switch (churn?.definition) {
    case 'contractual':
      return 'cancels or lapses';
    case 'inactivity':
      return `goes ${inDays(churn.silentDays)} without any activity`;
    case 'both':
      return `cancels or lapses or, without a contract, goes ${inDays(churn.silentDays)} without any activity`;
    default:
      return 'leaves';
  }
}

/** The whole rule, from the tenant's settings. */
export function churnRule(churn: ChurnDefinition | null): string {
  const lapse = (days: number) => `no contract has been in force for more than ${inDays(days)}`;
  const silence = (days: number) => `nothing has happened in the account for ${inDays(days)}`;
  switch (churn?.definition) {
    case 'contractual':
      return `An account has churned when ${lapse(churn.graceDays)}.`;
    case 'inactivity':
      return `An account has churned when ${silence(churn.silentDays)}. It may still have a contract.`;
    case 'both':
      return `An account that ever had a contract has churned when ${lapse(churn.graceDays)}; any other one when ${silence(churn.silentDays)}.`;
    default:
      return 'What counts as leaving is not on record for this tenant.';
  }
}

function inDays(days: number): string {
  return days === 1 ? 'one day' : `${count(days)} days`;
}
