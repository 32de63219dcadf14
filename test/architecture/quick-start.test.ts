import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * The command line is parsed, and --help printed, before anything heavy is loaded; and a command loads only what
 * it works with. danfojs and the TensorFlow.js it brings cost seconds.
 */

const HEAVY = ['danfojs-node', '@duckdb/node-api', '@tensorflow/tfjs-core', 'hono'];
const root = join(import.meta.dirname, '..', '..');

test('the command line loads nothing heavy', () => {
  const loaded = staticallyLoaded(join(root, 'cli', 'main.ts'));
  expect(loaded).toContain('commander');
  expect(HEAVY.filter((heavy) => loaded.has(heavy))).toEqual([]);
});

test.each(['train-from-warehouse', 'score-tenants', 'run-demo', 'evaluate-table'])(
  'cli/jobs/%s.ts loads no danfojs',
  (command) => {
    const loaded = staticallyLoaded(join(root, 'cli', 'jobs', `${command}.ts`));
    expect(loaded).toContain('zod');
    expect(loaded).not.toContain('danfojs-node');
  },
);

test('the profile would be seen to', () => {
  expect(staticallyLoaded(join(root, 'cli', 'jobs', 'profile-features.ts'))).toContain('danfojs-node');
});

/** Packages that come with a file, by the static imports of it and of what it imports. Types cost nothing. */
function staticallyLoaded(file: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = readFileSync(path, 'utf8');
    for (const [, specifier] of source.matchAll(
      /^(?:import|export) (?!type )(?:[^;']*? from )?'([^']+)'/gm,
    )) {
      if (specifier!.startsWith('.')) visit(join(dirname(path), specifier!));
      else packages.add(specifier!);
    }
  };
  visit(file);
  return packages;
}
