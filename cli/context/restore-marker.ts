import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperationFailed } from '../../features/contract/failure.ts';

/** There while a restore swaps a home's files. */
export function restoreMarker(home: string): string {
  return join(home, 'restoring.json');
}

/** @throws OperationFailed for a home in which a restore was stopped half-way */
export function refuseHalfRestored(home: string): void {
  if (!existsSync(restoreMarker(home))) return;
  throw new OperationFailed({
    where: home,
    what: 'a restore is at work here, or was stopped half-way',
    remedy: 'wait for it, or run the same `churn restore` again, which goes on',
  });
}
