import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AccessRules, accessOf, readAccessRules } from '../../../serving/access/access-rules.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

async function rulesOf(yaml: string): Promise<AccessRules> {
  const file = join(await folder.path(), 'access.yaml');
  await writeFile(file, yaml);
  return readAccessRules(file);
}

it('opens the tenants of every value that a rule names, and nothing by default', async () => {
  const rules = await rulesOf(
    'claim: groups\nowner: name\nopens:\n  cs-acme: [acme]\n  cs-emea: [globex, acme]\n  admins: "*"\n',
  );
  expect(accessOf(rules, { groups: ['cs-acme', 'cs-emea', 'other'], name: 'ana' })).toEqual({
    tenants: ['acme', 'globex'],
    owner: 'ana',
  });
  expect(accessOf(rules, { groups: 'cs-acme' })).toEqual({ tenants: ['acme'], owner: null });
  expect(accessOf(rules, { groups: ['cs-acme', 'admins'] })?.tenants).toBe('*');
  for (const groups of [undefined, [], ['other'], [['cs-acme']], { 0: 'cs-acme' }, ['constructor'], 7])
    expect(accessOf(rules, { groups })).toBeNull();
});

it('refuses a file that is no set of rules, in one sentence', async () => {
  await expect(readAccessRules('/nowhere/access.yaml')).rejects.toThrow(/cannot be read; write it as docs/);
  await expect(rulesOf('claim: [')).rejects.toThrow(/it is no YAML/);
  await expect(rulesOf('claim: groups\nopens: {cs: []}\n')).rejects.toThrow(/opens\.cs/);
  await expect(rulesOf('claim: groups\nopen: {cs: [acme]}\n')).rejects.toThrow(BAD);
});

const BAD = /access\.yaml: .*opens?/;
