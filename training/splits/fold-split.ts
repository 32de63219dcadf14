import { BadInput } from '../../features/contract/failure.ts';
import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import { accountFolds, holdOutAccounts } from './held-out-accounts.ts';
import { sliceAsKnown } from './slice.ts';
import type { FoldSplit, SplitOptions } from './split.ts';

const FOLDS = 8;
/** Past so many rows a fold's weights differ little from their neighbours', and fewer of them do. */
const ROWS_FOR_FEWER_FOLDS = 20_000;
const FEWER_FOLDS = 3;
const VALIDATION_SHARE = 0.125;

/** For tables without time: whole accounts at random, with the same share of churned ones in every fold. */
export function foldSplit(labelled: LabelledFrame, { seed, testFrom, testTenants }: SplitOptions): FoldSplit {
  if (testFrom !== undefined || testTenants !== undefined)
    throw new BadInput({
      where: testFrom === undefined ? '--test-tenant' : '--test-from',
      what: 'the table has no as-of date to split by',
      remedy: 'name it with --as-of COLUMN or leave the option out',
    });
  const everything = sliceAsKnown(
    labelled,
    labelled.groups.keys(),
    labelled.targets.map(() => 0),
    null,
  );
  const folds = everything.rows.length > ROWS_FOR_FEWER_FOLDS ? FEWER_FOLDS : FOLDS;
  const rounds = accountFolds(labelled, everything, folds, `${seed}/folds`).map(([test, rest], fold) => {
    const [validation, training] = holdOutAccounts(
      labelled,
      rest,
      VALIDATION_SHARE,
      `${seed}/validation/${fold}`,
    );
    return { training, validation, test };
  });
  return {
    kind: 'by_fold',
    rounds,
    production: everything,
    method:
      `accounts at random (seed ${seed}), stratified by label, in ${folds} folds: each is tested by weights fitted ` +
      'on the others, an eighth of which says when to stop',
    notes: ['no as-of dates: a random split flatters a model that will score the future'],
  };
}
