import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAlertSettings } from '../../../serving/alerts/alert-settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

async function settingsOf(yaml: string) {
  const file = join(await folder.path(), 'alerts.yaml');
  writeFileSync(file, yaml);
  return readAlertSettings(file);
}

const RULE = 'rules: [{name: watch, when: {band_at_least: critical}}]';
const TO = 'to: {slack: {webhook: CHURN_ALERT_SLACK}}';

it('reads rules and destinations with their defaults', async () => {
  const settings = await settingsOf(`${RULE}\ndestinations: [{name: ops, tenants: [acme], ${TO}}]`);
  expect(settings).toEqual({
    rules: [{ name: 'watch', tenants: '*', mrr_at_least: 0, when: { band_at_least: 'critical' } }],
    destinations: [
      {
        name: 'ops',
        tenants: ['acme'],
        digest: 'none',
        to: { slack: { webhook: 'CHURN_ALERT_SLACK' } },
      },
    ],
  });
});

it('is null without a file, and one sentence for a wrong one', async () => {
  expect(readAlertSettings('/nowhere/alerts.yaml')).toBeNull();
  for (const [yaml, says] of [
    ['rules: [', /it is no YAML/],
    [`${RULE}\ndestinations: []`, /destinations/],
    // A destination that names no tenant would hear of all of them or of none; neither is guessed.
    [`${RULE}\ndestinations: [{name: ops, ${TO}}]`, /destinations\.0\.tenants/],
    [`${RULE}\ndestinations: [{name: ops, tenants: "*", rules: [wach], ${TO}}]`, /no rule is named wach/],
    [`${RULE}\ndestinations: [{name: ops, tenants: "*", to: {slack: {webhook: "https://x"}}}]`, /to/],
    [
      `${RULE}\ndestinations: [{name: a, tenants: "*", ${TO}}, {name: a, tenants: "*", ${TO}}]`,
      /a is there twice/,
    ],
    [
      `rules: [{name: watch, when: {band: critical}}]\ndestinations: [{name: a, tenants: "*", ${TO}}]`,
      /when/,
    ],
    [
      `${RULE}\ndestinations: [{name: a, tenants: "*", to: {webhook: {url: "http://x.example", secret: CHURN_ALERT_X}}}]`,
      /to/,
    ],
    [
      `${RULE}\ndestinations: [{name: a, tenants: "*", quiet: {from: "20:00", to: "7", zone: CET}, ${TO}}]`,
      /is not a time of day/,
    ],
  ] as const)
    await expect(settingsOf(yaml)).rejects.toThrow(says);
});
