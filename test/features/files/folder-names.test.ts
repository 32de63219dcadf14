import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openTableFile } from '../../../features/files/table-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-folder-names-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder named like a partition adds no column to the files in it', async () => {
  const inside = join(folder, 'events', 'tenant=acme');
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, 'day.csv'), 'account_id,event_type\nada,login\n');
  const source = await openTableFile(join(inside, 'day.csv'));
  try {
    expect(source.columns.map(({ name }) => name)).toEqual(['account_id', 'event_type']);
  } finally {
    await source.close();
  }
});
