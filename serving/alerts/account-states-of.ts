import type { CurrentScores } from '../scores-mart/current-scores.ts';
import { known } from '../scores-mart/known.ts';
import { reasonsOf } from '../scores-mart/reasons.ts';
import { tellDrivers } from '../scores-mart/tell-drivers.ts';
import type { AccountState } from './portfolio.ts';

/** One tenant's accounts as the current scores say, most at risk first. */
export function accountStatesOf(current: CurrentScores): readonly AccountState[] {
  return current.accountIds.map((accountId, row) => {
    const renewsAt = known(current.renewsAt[row]!);
    return {
      accountId,
      name: current.names[row]!,
      owner: current.owners[row]!,
      band: current.bands[row]!,
      probability90d: current.probability90d[row]!,
      previousProbability90d: known(current.previousProbability90d[row]!),
      mrr: known(current.mrr[row]!),
      currency: current.currencies[row]!,
      renewsAt: renewsAt === null ? null : new Date(renewsAt),
      reasons: () => reasonsOf(tellDrivers(current.drivers[row]!, current.vocabulary, 'score')),
    };
  });
}
