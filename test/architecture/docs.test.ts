import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/* Documentation that names a file, a script or a page which is gone misleads more than none. */

const root = join(import.meta.dirname, '..', '..');
const SOURCE_FILE = /\w\.(ts|tsx|mjs|md|sql|yml|py|cc|wasm|ipynb)$/;
const README_WORDS = 800;
/** Named by the pages, and not there yet, or made by a page's commands. */
const AWAITED = [
  'definitions.sql',
  'tenant-schemas.sql',
  'users.sql',
  'docs/install.md',
  'features/dbt/macros/known_before.sql',
  'models/families/families.ts',
  'training/learners/learners.ts',
];

const ignored = contents('.gitignore')
  .split('\n')
  .map((line) => line.replaceAll('/', ''));
const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && (!entry.name.startsWith('.') || entry.name === '.ci'))
  .map(({ name }) => name)
  .filter((name) => !ignored.includes(name));
const files = rooms.flatMap(filesUnder);
const fileNames = new Set(files.map((file) => basename(file)));
const docs = files.filter((file) => /^docs\/.*\.md$/.test(file));
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs];

test('there are pages and paths to check', () => {
  expect(docs.length).toBeGreaterThan(20);
  expect(pages.flatMap((page) => pathsIn(contents(page))).length).toBeGreaterThan(50);
});

describe.each(pages)('%s', (page) => {
  const text = contents(page);

  test('names paths that exist', () => {
    expect(pathsIn(text).filter((path) => !isThere(path))).toEqual([]);
  });

  test('links to files that exist', () => {
    const targets = linksIn(text).map((link) => join(dirname(page), link));
    expect(targets.filter((target) => !isAtRoot(target))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    expect(missingScripts(text)).toEqual([]);
  });
});

describe('the index', () => {
  const links = linksIn(contents('docs/README.md'));

  test('links every page', () => {
    const linked = links.map((link) => join('docs', link));
    expect(docs.filter((page) => page !== 'docs/README.md' && !linked.includes(page))).toEqual([]);
  });

  test('gives every decision its title', () => {
    const titles = docs
      .filter((page) => page.startsWith('docs/decisions/'))
      .map((page) => `[${contents(page).split('\n')[0]!.replace('# ', '')}](decisions/${basename(page)})`);
    expect(titles.filter((title) => !contents('docs/README.md').includes(title))).toEqual([]);
  });
});

test('sources refer to pages that exist', () => {
  const references = files
    .filter((file) => /\.(ts|tsx|py|sql)$/.test(file) && file !== 'test/architecture/docs.test.ts')
    .flatMap((file) => Array.from(contents(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g), ([page]) => page));
  expect(references.length).toBeGreaterThan(0);
  expect(references.filter((page) => !existsSync(join(root, page)))).toEqual([]);
});

test('the README is short', () => {
  const words = contents('README.md')
    .split(/\s+/)
    .filter((word) => /\w/.test(word));
  expect(words.length).toBeLessThanOrEqual(README_WORDS);
});

test('a broken path, link or script is found', () => {
  const text =
    'See `models/gone.ts` and `gone-too.sql`, [this](gone.md#part) or `npm run -s gone -- --json`.';
  expect(pathsIn(text).filter((path) => !isThere(path))).toEqual(['models/gone.ts', 'gone-too.sql']);
  expect(linksIn(text)).toEqual(['gone.md']);
  expect(missingScripts(text)).toEqual(['gone']);
});

/** Words in code that look like a file of the repository: they begin with a room, or end like a source file. */
function pathsIn(markdown: string): string[] {
  return codeIn(markdown)
    .flatMap((code) => code.split(/[\s'"()]+/))
    .filter((word) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(word))
    .filter((word) => !/NAME|FILE/.test(word))
    .filter((word) => (word.includes('/') && rooms.includes(word.split('/')[0]!)) || SOURCE_FILE.test(word));
}

/** A path is from the root. A bare file name may lie anywhere. */
function isThere(path: string): boolean {
  return isAtRoot(path) || (!path.includes('/') && fileNames.has(path));
}

function isAtRoot(path: string): boolean {
  return existsSync(join(root, path)) || AWAITED.includes(path);
}

function codeIn(markdown: string): string[] {
  const fenced = /^ *```[\s\S]*?^ *```/gm;
  const inline = markdown.replace(fenced, '').matchAll(/`([^`]+)`/g);
  return [...(markdown.match(fenced) ?? []), ...Array.from(inline, ([, code]) => code!)];
}

function linksIn(markdown: string): string[] {
  return Array.from(markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g), ([, link]) => link!).filter(
    (link) => !/^\w+:/.test(link),
  );
}

function missingScripts(text: string): string[] {
  const { scripts } = JSON.parse(contents('package.json')) as { scripts: Record<string, string> };
  return Array.from(text.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g), ([, name]) => name!).filter(
    (name) => !(name in scripts),
  );
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(path);
    return [path];
  });
}

function contents(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
