#!/usr/bin/env node
import { CommanderError } from 'commander';
import { diskFailure } from '../features/contract/disk-failure.ts';
import { Failure } from '../features/contract/failure.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command and maps what it throws to an exit status: 0 done, 1 failed, 2 bad usage or input,
 * 3 refused by a quality gate. A Failure is one sentence for a person; anything else is a defect and shows its stack.
 */
try {
  await createProgram().parseAsync(process.argv);
} catch (thrown) {
  const error = diskFailure(thrown) ?? thrown;
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof Failure) {
    process.stderr.write(`churn: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(
      `churn: unexpected failure, please report it\n${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  }
}
