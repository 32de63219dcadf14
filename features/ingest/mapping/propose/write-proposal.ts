import { existsSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { BadInput } from '../../../contract/failure.ts';
import type { ProposedMapping } from './proposed-mapping.ts';

/** @throws BadInput when the file is there already, or cannot be written */
export function writeProposal(proposal: ProposedMapping, file: string): void {
  if (existsSync(file))
    throw new BadInput({
      where: file,
      what: 'the file is there already',
      remedy: 'give another --out, so that no work on a mapping is lost',
    });
  try {
    writeFileSync(file, proposalText(proposal, file.endsWith('.json') ? 'json' : 'yaml'), { flag: 'wx' });
  } catch (error) {
    throw new BadInput({
      where: file,
      what: `the draft cannot be written (${(error as NodeJS.ErrnoException).code})`,
      remedy: 'give a path in a folder that exists',
      cause: error,
    });
  }
}

export function proposalText(proposal: ProposedMapping, as: 'yaml' | 'json'): string {
  if (as === 'json') return `${JSON.stringify(proposal, null, 2)}\n`;
  return `# A draft. Look at what stands under unsure; docs/your-data.md shows what a mapping may say.\n${stringify(proposal, { lineWidth: 0 })}`;
}

/** The draft in a few lines, with every doubt. */
export function describeProposal({ files }: ProposedMapping, out: string): string {
  const lines = files.flatMap(({ file, table, columns, unsure = [] }) => [
    `${file}: ${Object.keys(columns).length} columns of ${table}`,
    ...unsure.map(({ column, reason, alternatives }) => {
      const others = alternatives ? ` (${alternatives.join(', ')})` : '';
      return `  unsure: ${column}: ${reason}${others}`;
    }),
  ]);
  return [...lines, `${out} is written; look through it, then churn import --mapping ${out}`].join('\n');
}
