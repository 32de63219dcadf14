import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isProcessGone, processMark } from '../../../features/temporary/process-mark.ts';
import { leftTemporaryFolders, makeTemporaryFolder } from '../../../features/temporary/temporary-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'churn-temporary-'));
const now = new Date();

afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The mark of a process that has ended. */
function markOfTheDead(): string {
  const module = join(import.meta.dirname, '../../../features/temporary/process-mark.ts');
  const script = `import { processMark } from ${JSON.stringify(module)}; process.stdout.write(processMark());`;
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  return String(child.stdout);
}

test('a process knows itself, and one that has ended is gone', () => {
  expect(isProcessGone(processMark())).toBe(false);
  const dead = markOfTheDead();
  expect(dead).toMatch(/^[0-9a-f]{8}-\d+-[0-9a-f]{8}$/);
  expect(isProcessGone(dead)).toBe(true);
});

test('an id that was given again is another process', () => {
  const [host, id] = processMark().split('-');
  expect(isProcessGone(`${host}-${id}-00000000`)).toBe(true);
});

test('of another host nobody here can tell', () => {
  const [, id, birth] = processMark().split('-');
  expect(isProcessGone(`00000000-${id}-${birth}`)).toBeNull();
  expect(isProcessGone('no mark')).toBeNull();
});

test('folders are left when their process is gone, and those of other hosts after a day without a change', () => {
  const own = makeTemporaryFolder(parent, 'import');
  const dead = join(parent, `churn-scratch-${markOfTheDead()}-abc123`);
  const stranger = join(parent, 'churn-import-00000000-7-00000000-abc123');
  const longAgo = join(parent, 'churn-import-00000000-8-00000000-abc123');
  const notOurs = join(parent, 'churn-import-of-somebody');
  for (const folder of [dead, stranger, longAgo, notOurs]) mkdirSync(folder);
  const yesterday = new Date(now.getTime() - 25 * 3_600_000);
  for (const folder of [longAgo, notOurs]) utimesSync(folder, yesterday, yesterday);
  expect(leftTemporaryFolders(parent, now).sort()).toEqual([longAgo, dead].sort());
  expect(existsSync(own)).toBe(true);
  expect(leftTemporaryFolders(join(parent, 'absent'), now)).toEqual([]);
});
