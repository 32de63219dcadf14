import { createInterface } from 'node:readline/promises';
import { BadInput } from '../../features/contract/failure.ts';

/**
 * Asks a person on the terminal whether to go on. Only `yes` is yes.
 *
 * @throws BadInput when nobody is there to ask
 */
export async function confirm(question: string, where: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new BadInput({
      where,
      what: 'there is no terminal to ask for confirmation',
      remedy: 'look at what is said above and run it again with --yes',
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type yes to go on: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
