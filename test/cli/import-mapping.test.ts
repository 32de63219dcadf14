import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPANY_MAPPING, writeCompanyExports } from './company-exports.ts';
import { type CommandResult, runChurn } from './run-churn.ts';

/** Five exports of one company: in, built, trained and scored with a mapping alone. */

let folder: string;
let home: string;
let rows: Readonly<Record<string, number>>;
let imported: CommandResult;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-mapping-'));
  home = join(folder, 'home');
  rows = writeCompanyExports(folder);
  writeFileSync(join(folder, 'mapping.yaml'), COMPANY_MAPPING);
  imported = await runChurn(home, ['import', '--mapping', join(folder, 'mapping.yaml')]);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a company’s exports', () => {
  test('come in, with what was left out and taken for granted', () => {
    expect(imported.stderr).toBe('');
    expect(imported.status).toBe(0);
    expect(imported.stdout).toContain('customers.csv: 160 rows read, 156 rows into raw.accounts');
    expect(imported.stdout).toContain(`events.csv: ${rows.events} rows read, ${rows.events} rows into`);
    expect(imported.stdout).toContain('left out: 4 rows where Test account is yes');
    expect(imported.stdout).toContain('left out: 15 rows where Status is incomplete');
    expect(imported.stdout).toMatch(/ignored: 5 columns \(E-mail, VAT number, Street, Postcode/);
    expect(imported.stdout).toContain('plan: 2 words are not in values and stay as written: Team (');
    expect(imported.stdout).toContain('left out: 1 row where Organization is empty');
    expect(imported.stdout).toMatch(/tenant_id: brightdesk in every row/);
  });

  test('change nothing when they come again', async () => {
    const again = await runChurn(home, ['import', '--json', '--mapping', join(folder, 'mapping.yaml')]);
    expect(JSON.parse(again.stdout)).toMatchObject(
      Array.from({ length: 5 }, () => ({ alreadyImported: true, inserted: 0, updated: 0 })),
    );
  });

  test('are built, trained on and scored', async () => {
    const built = await runChurn(home, ['features', 'build']);
    expect([built.status, built.stderr]).toMatchObject([0, expect.not.stringContaining('churn:')]);
    const trained = await runChurn(home, ['train', '--model', 'logistic', '--json']);
    expect([trained.status, trained.stderr]).toMatchObject([0, expect.not.stringContaining('churn:')]);
    // The exports say what is, and not since when.
    expect(trained.stderr).toMatch(
      /^churn-tenants: \d+ features are left out, because in 100 % of the rows they show the state that their source had later \(accounts: segment, region; subscriptions: plan, .*; support_tickets: tickets_high_severity_84d\); they are learnt from once nights have kept their history, or import rows with valid_from$/m,
    );
    expect(JSON.parse(trained.stdout).metrics.churned_60d.auc.low).toBeGreaterThan(0.6);
    const scored = await runChurn(home, ['score', '--json']);
    expect(scored.status).toBe(0);
    expect(JSON.parse(scored.stdout).rowsWritten.inserted).toBeGreaterThan(40);
  }, 240_000);

  test('are drafted a mapping of, which says what a person has to decide', async () => {
    const files = Object.keys(rows).map((name) => join(folder, `${name}.csv`));
    const out = join(folder, 'draft.yaml');
    const drafted = await runChurn(home, [
      'import',
      '--tenant',
      'draft',
      '--out',
      out,
      '--propose',
      ...files,
    ]);
    expect([drafted.status, drafted.stderr]).toEqual([0, '']);
    expect(drafted.stdout).toMatch(/mrr: Unit amount holds whole numbers only, which may be cents/);
    expect(drafted.stdout).toMatch(/csat: Satisfaction has the right name and holds/);
    const { status, stderr } = await runChurn(home, ['import', '--mapping', out, '--strict']);
    expect(stderr).toMatch(/^churn: .*tickets\.csv: 1 row is unusable .*account_id is missing \(row 469\)/);
    expect(status).toBe(2);
    writeFileSync(out, `${readFileSync(out, 'utf8')}    skip: [{ column: Organization, empty: true }]\n`);
    const taken = await runChurn(home, ['import', '--mapping', out, '--json']);
    expect([taken.status, taken.stderr]).toEqual([0, '']);
    expect(JSON.parse(taken.stdout)).toHaveLength(5);
  });
});
