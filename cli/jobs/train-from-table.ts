import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput } from '../../features/contract/failure.ts';
import { fileSha256 } from '../../features/files/content-hash.ts';
import { readLabelledTable } from '../../features/files/read-labelled-table.ts';
import { startBackend } from '../../training/backends/backend.ts';
import { type TrainingResult, train } from '../../training/train.ts';
import type { TrainingRequest } from '../../training/training-request.ts';
import type { CommandContext } from '../context/command-context.ts';
import { gitCommit } from '../context/git-commit.ts';
import { openRegistry } from '../context/open-registry.ts';

const UNNAMED = 'table';

export interface TableTraining {
  readonly file: string;
  readonly label?: string | undefined;
  readonly id?: string | undefined;
  readonly asOf?: string | undefined;
  readonly ignore: readonly string[];
  readonly name?: string | undefined;
  readonly family: TrainingRequest['family'];
  readonly sequence?: boolean;
  readonly monotone?: boolean;
  readonly seed: number;
  readonly budgetSeconds?: number | undefined;
  readonly embargoDays?: number | undefined;
  readonly testFrom?: AsOfDate | undefined;
  readonly testTenants?: readonly string[] | undefined;
  /** Somebody promotes it afterwards: it takes no place by itself. */
  readonly promoted?: boolean;
}

/** Any labelled table → registered version; no warehouse is opened. */
export async function trainFromTable(
  { configuration, terminal, clock }: CommandContext,
  { file, label, id, asOf, ignore, name, promoted = false, ...request }: TableTraining,
): Promise<TrainingResult> {
  if (label === undefined) throw labelMissing(file);
  const table = await readLabelledTable({
    file,
    label,
    ignore,
    ...(id === undefined ? {} : { id }),
    ...(asOf === undefined ? {} : { asOf }),
  });
  for (const note of table.notes) terminal.log(`${file}: ${note}`);
  await startBackend(configuration.backend);
  return train({
    ...request,
    labelled: table.labelled,
    featureSet: table.featureSet,
    scope: { kind: 'table' },
    name: name ?? UNNAMED,
    // Tables that nobody named share a name: the one trained last is meant.
    placement: promoted
      ? undefined
      : { standing: name === undefined ? 'champion' : 'candidate', by: configuration.user },
    registry: openRegistry(configuration, clock),
    clock,
    snapshotHash: await fileSha256(file),
    gitCommit: gitCommit(),
    onProgress: (message) => terminal.log(`${name ?? UNNAMED}: ${message}`),
  });
}

function labelMissing(file: string): BadInput {
  return new BadInput({
    where: file,
    what: 'nobody said which column tells who churned',
    remedy: 'name it with --label COL',
  });
}
