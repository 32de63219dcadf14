import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { betweenFolders, circles, type Import, importsOf, pathsBetween } from './import-graph.ts';

const root = join(import.meta.dirname, '..', '..');
const rooms = ['features', 'models', 'training', 'serving', 'stats', 'cli', 'tools', 'notebooks'] as const;

/** Which files of other rooms a room may import; its own files and stats/ are always allowed. */
const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  stats: [],
  features: [],
  models: [/^features\/contract\//],
  training: [/^features\//, /^models\//],
  serving: [/^features\//, /^models\//],
  cli: [/^features\//, /^models\//, /^training\//, /^serving\//],
  tools: [/^features\//, /^models\//, /^training\//, /^serving\//, /^cli\//],
  notebooks: [/^features\//, /^models\//, /^training\//, /^serving\//, /^cli\//],
};

const sources = rooms
  .flatMap((room) => sourceFiles(join(root, room)))
  .map((file) => relative(root, file).split(sep).join('/'));
const imports = sources.flatMap((file) => importsOf(file, contents(file)));

describe('rooms', () => {
  test('there are sources and imports to check', () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(imports.length).toBeGreaterThan(1000);
  });

  test('a room imports only what the design lets it', () => {
    expect(roomBreaches(imports).map(shown)).toEqual([]);
  });

  test('serving does not reach training, not even through other files', () => {
    expect(pathsBetween(imports, /^serving\//, /^training\//).map((path) => path.join(' → '))).toEqual([]);
  });

  test('files do not import each other in circles', () => {
    expect(circles(ownImports(imports))).toEqual([]);
  });

  test('folders do not import each other in circles', () => {
    expect(circles(betweenFolders(ownImports(imports)))).toEqual([]);
  });

  test('TensorFlow.js stays in training, and in the tools that install it', () => {
    expect(importsOutside(imports, /^@tensorflow\//, /^(training|tools)\//).map(shown)).toEqual([]);
  });

  test('database drivers stay in features/warehouse', () => {
    const drivers = /^(@duckdb\/|snowflake-sdk)/;
    expect(importsOutside(imports, drivers, /^features\/warehouse\//).map(shown)).toEqual([]);
  });

  test('hono stays in serving, and the command line parser in cli', () => {
    expect(importsOutside(imports, /^(hono|@hono\/)/, /^serving\//).map(shown)).toEqual([]);
    expect(importsOutside(imports, /^commander$/, /^cli\//).map(shown)).toEqual([]);
  });

  test('the environment is read in one module', () => {
    const readers = sources.filter((file) => /\bprocess\.env\b/.test(contents(file)));
    expect(readers).toEqual(['cli/configuration/configuration.ts']);
  });

  test('no folder for odds and ends', () => {
    expect(
      sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.ts)/.test(file)),
    ).toEqual([]);
  });
});

describe('a breach is found', () => {
  test.each([
    ['serving/batch/score-night.ts', 'training/train.ts'],
    ['models/encoding/encoder.ts', 'features/snapshot/load-snapshot.ts'],
    ['models/families/gam.ts', 'training/fit/encoded-rows.ts'],
    ['stats/auc.ts', 'models/scoring/score.ts'],
  ])('%s imports %s', (from, to) => {
    expect(roomBreaches([{ from, to }])).toHaveLength(1);
  });

  test('an allowed import is no breach', () => {
    const to = 'features/contract/feature-frame.ts';
    expect(roomBreaches([{ from: 'models/encoding/encoder.ts', to }])).toEqual([]);
  });

  test('TensorFlow.js in models', () => {
    const source = "import type * as TensorFlow from '@tensorflow/tfjs-core';";
    const inModels = importsOf('models/families/gam.ts', source);
    expect(importsOutside(inModels, /^@tensorflow\//, /^training\//)).toEqual(inModels);
    expect(inModels).toHaveLength(1);
  });

  test('serving reaches training through models, lazily', () => {
    const graph = [
      ...importsOf('serving/batch/score-night.ts', "import { score } from '../../models/scoring/score.ts';"),
      ...importsOf('models/scoring/score.ts', "const { fit } = await import('../../training/train.ts');"),
    ];
    expect(pathsBetween(graph, /^serving\//, /^training\//)).toEqual([
      ['serving/batch/score-night.ts', 'models/scoring/score.ts', 'training/train.ts'],
    ]);
  });

  test('three files in a circle, and one that only looks at it', () => {
    const graph = chain('x/a.ts', 'x/b.ts', 'x/c.ts', 'x/a.ts').concat(chain('x/d.ts', 'x/a.ts'));
    expect(circles(graph)).toEqual([['x/a.ts', 'x/b.ts', 'x/c.ts']]);
    expect(circles(betweenFolders(graph))).toEqual([]);
  });

  test('a folder and the folder in it, where no file is in a circle', () => {
    const graph = chain('x/a.ts', 'x/y/b.ts').concat(chain('x/y/c.ts', 'x/d.ts'));
    expect(circles(graph)).toEqual([]);
    expect(circles(betweenFolders(graph))).toEqual([['x', 'x/y']]);
  });
});

function roomBreaches(found: readonly Import[]): Import[] {
  return found.filter(({ from, to }) => {
    const [room, target] = [roomOf(from), roomOf(to)];
    if (!isOwn(to) || target === room || target === 'stats') return false;
    return !allowed[room]!.some((pattern) => pattern.test(to));
  });
}

function importsOutside(found: readonly Import[], specifier: RegExp, allowedIn: RegExp): Import[] {
  return found.filter(({ from, to }) => specifier.test(to) && !allowedIn.test(from));
}

/** Imports between the project's own files. */
function ownImports(found: readonly Import[]): Import[] {
  return found.filter(({ to }) => isOwn(to));
}

function isOwn(path: string): boolean {
  return path.includes('/') && (rooms as readonly string[]).includes(roomOf(path));
}

function chain(...files: string[]): Import[] {
  return files.slice(1).map((to, index) => ({ from: files[index]!, to }));
}

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path);
    return /\.(ts|tsx|mts|mjs)$/.test(entry.name) ? [path] : [];
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
