import { execFileSync } from 'node:child_process';

/** The commit of the checkout that runs, with `+` after it when files differ; null outside a checkout. */
export function gitCommit(): string | null {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', import.meta.dirname, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return null;
  }
}
