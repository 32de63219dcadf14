import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationFailed } from '../../features/contract/failure.ts';

/**
 * The secret that signs tokens on this machine where none is configured. It is made once, in a file that only its owner
 * may read, so that a token outlives the service that it was printed by.
 */
export function localSecret(home: string): string {
  const file = join(home, 'token-secret');
  try {
    mkdirSync(home, { recursive: true });
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new OperationFailed({
        where: file,
        what: `the secret for tokens cannot be kept (${(cause as NodeJS.ErrnoException).code})`,
        remedy: 'make the folder writable, or set CHURN_JWT_SECRET',
        cause,
      });
  }
  return readFileSync(file, 'utf8').trim();
}
