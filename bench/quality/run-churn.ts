import { join } from 'node:path';
import { runProcess } from './run-process.ts';

/** Runs the public command as a user would, with a home of its own, and returns what it printed. */
export function runChurn(home: string, ...args: readonly string[]): Promise<string> {
  const command = join(import.meta.dirname, '..', '..', 'cli', 'churn.mjs');
  return runProcess(process.execPath, [command, ...args], { CHURN_HOME: home });
}
