import type { Backend } from '../../../training/backends/tensorflow.ts';
import type { FittedMember } from '../../../training/members/fit-member.ts';
import { fitMadeUp } from '../../models/fit-made-up.ts';
import { madeUpAccounts } from '../../models/made-up-accounts.ts';

export const TARGETS = ['churned_30d', 'churned_60d', 'churned_90d'];

/** A few epochs of a small network: enough that two backends could drift apart. */
export function fitOnMadeUpAccounts(backend: Backend, seed: number): FittedMember {
  const labelled = madeUpAccounts({ rows: 1_000, seed: 1, targets: TARGETS });
  return fitMadeUp(backend, 'tabm', labelled, { seed, epochs: 3 });
}
