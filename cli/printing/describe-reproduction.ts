import type { Reproduction } from '../../serving/reproduce/reproduce-score.ts';
import { renderTable } from './render-table.ts';

const SHOWN_CHARACTERS = 40;

/** What was kept beside what comes out now. */
export function describeReproduction({ score, inputsFrom, values, isEqual }: Reproduction): string {
  const { accountId, asOf, modelName, modelVersion, revision, isWithdrawn, scoredAt, runId } = score;
  const differing = values.filter((value) => !value.isEqual).map(({ name }) => name);
  return [
    `account ${accountId} at ${asOf}, revision ${revision}${isWithdrawn ? ', which withdraws the score' : ''}, by ${modelName}@${modelVersion}, written ${scoredAt.toISOString()} by run ${runId}`,
    `inputs ${score.featureHash} from ${inputsFrom === 'scored_features' ? 'those kept with the score' : 'the feature mart, which still has them'}`,
    renderTable(
      ['value', 'kept', 'recomputed', 'same'],
      values.map(({ name, kept, recomputed, isEqual }) => [
        name,
        shown(kept),
        shown(recomputed),
        isEqual ? 'yes' : 'NO',
      ]),
    ),
    isEqual ? 'every bit is the same' : `not the same: ${differing.join(', ')}`,
  ].join('\n');
}

function shown(value: number | string): string {
  const text = String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text;
}
