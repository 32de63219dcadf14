import { BadInput } from '../../features/contract/failure.ts';
import { readLabelledTable } from '../../features/files/read-labelled-table.ts';
import type { Evaluation } from '../../models/artefact/model-card.ts';
import { evaluate } from '../../training/evaluation/evaluate.ts';
import type { CommandContext } from '../context/command-context.ts';
import { openRegistry } from '../context/open-registry.ts';
import { parseModelReference } from '../options/model-reference.ts';

const RESAMPLES = 200;
const SEED = 1;

export interface TableEvaluation {
  readonly table: string;
  readonly label: string;
  readonly model: string;
  readonly id?: string | undefined;
  readonly asOf?: string | undefined;
}

/** Scores a labelled table through the one scoring path and measures the scores against the label. */
export async function evaluateTable(
  { configuration, terminal, clock }: CommandContext,
  { table, label, model: reference, id, asOf }: TableEvaluation,
): Promise<{ readonly model: string; readonly evaluation: Evaluation }> {
  const registry = openRegistry(configuration, clock);
  const { name, version } = parseModelReference(reference);
  const { model } = await registry.load(name, version);
  const { labelled, notes } = await readLabelledTable({
    file: table,
    label,
    featureSet: model.featureSet,
    ...(id === undefined ? {} : { id }),
    ...(asOf === undefined ? {} : { asOf }),
  });
  for (const note of notes) terminal.log(`${table}: ${note}`);
  const target = targetOf(model.targets, label, reference);
  const { probabilities } = model.score(labelled.frame, { driversPerRow: 0 });
  const [evaluation] = evaluate({
    targets: [label],
    labels: labelled.labels,
    probabilities: [probabilities[target]!],
    groups: labelled.groups,
    seed: SEED,
    resamples: RESAMPLES,
  });
  return { model: `${model.name}@${model.version}`, evaluation: evaluation! };
}

/** A model of one label is measured on whatever the table calls it; one of several horizons needs to know which. */
function targetOf(targets: readonly string[], label: string, model: string): number {
  if (targets.length === 1) return 0;
  const index = targets.indexOf(label);
  if (index >= 0) return index;
  throw new BadInput({
    where: `--label ${label}`,
    what: `model ${model} predicts ${targets.join(', ')}`,
    remedy: 'name the label column as one of them',
  });
}
