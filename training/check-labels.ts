import { BadInput } from '../features/contract/failure.ts';
import type { LabelledFrame } from '../features/contract/feature-frame.ts';

const LEAST_ROWS = 50;
const LEAST_OF_EACH_CLASS = 5;

/**
 * Refuses labels that nothing can be learnt from.
 *
 * @returns notes for the model card
 * @throws BadInput on too few labelled rows, one class only, or labels other than 0, 1 and unknown
 */
export function checkLabels({ labels, targets }: LabelledFrame): string[] {
  const notes: string[] = [];
  labels.forEach((column, index) => {
    const target = targets[index]!;
    let churned = 0;
    let known = 0;
    let backwards = 0;
    for (let row = 0; row < column.length; row++) {
      const label = column[row]!;
      if (Number.isNaN(label)) continue;
      if (label !== 0 && label !== 1)
        throw refused(target, `holds ${label}`, 'give 1 for churned, 0 for not, empty for unknown');
      known++;
      churned += label;
      if (index > 0 && label === 0 && labels[index - 1]![row] === 1) backwards++;
    }
    if (backwards > 0)
      notes.push(
        `${backwards} rows churned by ${targets[index - 1]} but not by ${target}; they count as churned`,
      );
    // A longer horizon may still be open everywhere; the shortest has to carry the model.
    if (index > 0) return;
    if (known < LEAST_ROWS)
      throw refused(
        target,
        `is known for ${known} rows, at least ${LEAST_ROWS} are needed`,
        'wait for label windows to close or add history',
      );
    if (churned === 0 || churned === known)
      throw refused(
        target,
        `has one class only (${churned} of ${known} churned)`,
        'check the label column, or choose a period in which some accounts churned',
      );
    if (Math.min(churned, known - churned) < LEAST_OF_EACH_CLASS)
      throw refused(
        target,
        `has ${churned} churned of ${known}, at least ${LEAST_OF_EACH_CLASS} of each class are needed`,
        'add history',
      );
  });
  return notes;
}

function refused(target: string, what: string, remedy: string): BadInput {
  return new BadInput({ where: `label ${target}`, what, remedy });
}
