import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding } from './finding.ts';

/** Whether CHURN_HOME can be written to, or made where it is not there yet. Leaves nothing behind. */
export async function checkHome(home: string): Promise<Finding> {
  const exists = existsSync(home);
  const found = (state: Finding['state'], says: string): Finding => ({
    check: 'home',
    state,
    says: `${home} ${says}`,
    details: { folder: home, exists, writable: state === 'good' },
  });
  if (exists && !statSync(home).isDirectory())
    return found('broken', 'is a file; set CHURN_HOME to a folder');
  try {
    await rm(await mkdtemp(join(nearestFolder(home), '.churn-doctor-')), { recursive: true });
    return found('good', exists ? 'can be written to' : 'is not there yet and can be made');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return found('broken', `cannot be written to (${code}); mend that, or set CHURN_HOME to another folder`);
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
