import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * The command line is parsed, and --help printed, before anything heavy is loaded; and a command loads only what it
 * needs. Production installs no danfojs and no tsx.
 */

const HEAVY = ['@duckdb/node-api', '@tensorflow/tfjs-core', 'hono', 'snowflake-sdk'];
const STATIC_IMPORT = /^(?:import|export) (?!type )(?:[^;']*? from )?'([^']+)'/gm;
const ANY_IMPORT = /(?:^(?:import|export) (?!type )(?:[^;']*? from )?|\bimport\(\s*)'([^']+)'/gm;
const root = join(import.meta.dirname, '..', '..');

test('the command line loads nothing heavy', () => {
  const loaded = packagesLoaded('cli/main.ts', STATIC_IMPORT);
  expect(loaded).toContain('commander');
  expect(HEAVY.filter((heavy) => loaded.has(heavy))).toEqual([]);
});

test.each([
  'cli/jobs/score-tenants.ts',
  'cli/jobs/score-table-file.ts',
  'cli/jobs/evaluate-table.ts',
  'cli/jobs/profile-features.ts',
  'serving/service/start-service.ts',
])('%s loads no TensorFlow.js', (file) => {
  const loaded = packagesLoaded(file, ANY_IMPORT);
  expect(loaded).toContain('zod');
  expect([...loaded].filter((name) => name.startsWith('@tensorflow/'))).toEqual([]);
});

test('training would be seen to load it', () => {
  expect(packagesLoaded('cli/jobs/train-from-table.ts', ANY_IMPORT)).toContain('@tensorflow/tfjs-core');
});

/** Packages that come with a file, by the imports of it and of what it imports. Types cost nothing. */
function packagesLoaded(entry: string, imports: RegExp): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = readFileSync(path, 'utf8');
    for (const [, specifier] of source.matchAll(imports)) {
      if (specifier!.startsWith('.')) visit(join(dirname(path), specifier!));
      else packages.add(specifier!);
    }
  };
  visit(join(root, entry));
  return packages;
}
