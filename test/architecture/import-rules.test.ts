import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const rooms = ['features', 'models', 'training', 'serving', 'stats', 'cli', 'tools', 'notebooks'] as const;

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Which files of other rooms a room may import; its own files and stats/ are always allowed. */
const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  stats: [],
  features: [],
  models: [/^features\/contract\//, /^training\//],
  training: [/^features\//, /^models\//],
  serving: [/^features\//, /^models\//],
  cli: [/^features\//, /^models\//, /^training\//, /^serving\//],
  tools: [/^features\//, /^models\//, /^training\//, /^serving\//, /^cli\//],
  notebooks: [/^features\//, /^models\//, /^training\//, /^serving\//, /^cli\//],
};

const sources = rooms
  .flatMap((room) => sourceFiles(join(root, room)))
  .map((file) => slashed(relative(root, file)));
const imports = sources.flatMap(importsOf);

describe('rooms', () => {
  test('there are sources and imports to look at', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(imports.length).toBeGreaterThan(10);
  });

  test('a room imports only what the design lets it', () => {
    expect(imports.filter((found) => isBreach(found)).map(shown)).toEqual([]);
  });

  test('TensorFlow.js stays in models and training', () => {
    expect(externalImports(/^@tensorflow\//, /^(models|training)\//)).toEqual([]);
  });

  test('database drivers stay in features/warehouse', () => {
    expect(externalImports(/^(@duckdb\/|snowflake-sdk)/, /^features\/warehouse\//)).toEqual([]);
  });

  test('hono stays in serving, and the command line parser in cli', () => {
    expect(externalImports(/^(hono|@hono\/)/, /^serving\//)).toEqual([]);
    expect(externalImports(/^commander$/, /^cli\//)).toEqual([]);
  });

  test('the environment is read in one module', () => {
    const readers = sources.filter((file) => /\bprocess\.env\b/.test(contents(file)));
    expect(readers).toEqual(['cli/configuration.ts']);
  });

  test('no drawer for odds and ends', () => {
    expect(
      sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.ts)/.test(file)),
    ).toEqual([]);
  });
});

test('a breach would be seen', () => {
  expect(isBreach({ from: 'serving/batch/score-night.ts', to: 'training/train.ts' })).toBe(true);
  expect(isBreach({ from: 'models/encoder.ts', to: 'features/snapshot/snapshot.ts' })).toBe(true);
  expect(isBreach({ from: 'stats/auc.ts', to: 'models/model.ts' })).toBe(true);
  expect(isBreach({ from: 'models/encoder.ts', to: 'features/contract/feature-frame.ts' })).toBe(false);
});

function isBreach({ from, to }: Import): boolean {
  if (!to.includes('/') || to.startsWith('node:')) return false;
  const room = roomOf(from);
  const target = roomOf(to);
  if (!rooms.includes(target as (typeof rooms)[number])) return false;
  if (target === room || target === 'stats') return false;
  return !allowed[room]!.some((pattern) => pattern.test(to));
}

function externalImports(specifier: RegExp, allowedIn: RegExp): string[] {
  return imports.filter(({ from, to }) => specifier.test(to) && !allowedIn.test(from)).map(shown);
}

/** Relative specifiers become paths from the root; packages stay as written. */
function importsOf(file: string): Import[] {
  const specifiers = contents(file).matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g);
  return Array.from(specifiers, ([, specifier]) => ({
    from: file,
    to: specifier!.startsWith('.') ? posix.join(posix.dirname(file), specifier!) : specifier!,
  }));
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) ? [path] : [];
  });
}

function contents(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function roomOf(path: string): string {
  return path.split('/')[0]!;
}

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
