import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IMPORT_RULES } from '../../../features/ingest/importable-tables.ts';
import { readLandingFolder } from '../../../features/ingest/landing-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'churn-landing-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function land(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
}

test('takes the files of every table that can be imported', () => {
  land(...Object.keys(IMPORT_RULES).map((table) => `${table}/day.csv`));
  const { files, skipped } = readLandingFolder(folder);
  expect(files.map(({ table }) => table).sort()).toEqual(Object.keys(IMPORT_RULES).sort());
  expect(skipped).toEqual([]);
});

test('knows whose a file is by its folder, and mappings by their ending', () => {
  land('events/tenant=acme/2.csv', 'events/1.csv', 'billing.yaml');
  const { files, mappings } = readLandingFolder(folder);
  expect(files.map(({ file, tenantId }) => [relative(folder, file), tenantId])).toEqual([
    ['events/1.csv', null],
    ['events/tenant=acme/2.csv', 'acme'],
  ]);
  expect(mappings).toEqual([join(folder, 'billing.yaml')]);
});

test('names what it leaves alone, and why', () => {
  land('events/.1.csv', 'events/2.csv.part', 'events/acme/3.csv', 'invoices/4.csv', 'notes.txt');
  const { files, skipped } = readLandingFolder(folder);
  expect(files).toEqual([]);
  expect(skipped.map(({ file, reason }) => [relative(folder, file), reason])).toEqual([
    ['events/.1.csv', 'its name says it is unfinished'],
    ['events/2.csv.part', 'its name says it is unfinished'],
    ['events/acme', 'a folder in here is called tenant=ID'],
    ['invoices', 'no table is called invoices'],
    ['notes.txt', 'it lies in no folder of a table'],
  ]);
});

test('a folder that is not there is bad input', () => {
  expect(() => readLandingFolder(join(folder, 'none'))).toThrow(/there is no such landing folder; make it/);
});
