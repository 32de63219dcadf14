import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The commit of the code that runs, with `+` after it when files differ; null where it is unknown.
 * A package carries the commit it was built from: it may be installed inside the repository of another project.
 */
export function gitCommit(): string | null {
  try {
    return import.meta.filename.endsWith('.ts') ? checkedOutCommit() : builtFromCommit();
  } catch {
    return null;
  }
}

function checkedOutCommit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', import.meta.dirname, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
}

/** The build writes it where npm writes it for a published package. */
function builtFromCommit(): string | null {
  const manifest = readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly gitHead: string | null }).gitHead;
}
