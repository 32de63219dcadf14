import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { featureSetOf } from '../../features/marts/feature-set.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { Relation } from '../../features/warehouse/warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { openServedNight } from '../../serving/published/open-published-night.ts';
import { loadScoreSnapshot } from '../../serving/read-model/score-snapshot.ts';
import { monitoringFigures } from '../../serving/scores-mart/monitoring-figures.ts';
import { train } from '../../training/train.ts';
import { type CommandResult, runChurn } from './run-churn.ts';

/** The whole job on a small platform, through the real command, and what it does when its inputs are wrong. */

const SMALL_PLATFORM = ['demo', '--tenants', '20', '--months', '10'];
const scores: Relation = { schema: 'scores', name: 'account_churn_scores' };

let folder: string;
let home: string;
let first: CommandResult;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-main-job-'));
  home = join(folder, 'home');
  first = await runChurn(home, SMALL_PLATFORM);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('churn demo', () => {
  test('prints two risk lists, says how to open the service and ends', () => {
    expect(first.stderr).not.toMatch(/unexpected failure/);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/Which of our customers will leave us, as of 2026-06-\d\d/);
    expect(first.stdout).toMatch(/Which customers of .+ will leave, as of 2026-06-\d\d/);
    expect(first.stdout).toMatch(/npm run -s churn -- serve/);
  });

  test('run again changes no row and prints the same', async () => {
    const before = await everything(home);
    const second = await runChurn(home, SMALL_PLATFORM);
    expect(second.status).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(await everything(home)).toEqual(before);
    expect(before.scores.length).toBeGreaterThan(100);
  }, 120_000);
});

test('no reason of an account at high risk goes against common sense without saying so', async () => {
  const riskWhen = new Map(
    featureSetOf(defaultSettings()).features.map(({ name, risk_when }) => [name, risk_when]),
  );
  const listed = await rowsOf(home, { schema: 'scores', name: 'current_risk' }, [
    'tenant_id',
    'account_id',
    'risk_band',
  ]);
  const atRisk = new Set(
    listed
      .map((row) => row.split('|'))
      .filter(([, , band]) => band === 'high' || band === 'critical')
      .map(([tenantId, accountId]) => `${tenantId} ${accountId}`),
  );
  const told = await rowsOf(home, { schema: 'scores', name: 'current_risk_drivers' }, [
    'tenant_id',
    'account_id',
    'explains',
    'direction',
    'feature',
    'value',
    'typical',
    'before',
    'is_unusual',
    'sentence',
  ]);
  const reasons = told
    .map((row) => row.split('|'))
    .filter(
      ([tenantId, accountId, explains, direction]) =>
        explains === 'score' && direction === 'raises' && atRisk.has(`${tenantId} ${accountId}`),
    );
  expect(reasons.length).toBeGreaterThan(50);
  const unsaid = reasons.filter(([, , , , feature, value, typical, before, isUnusual]) => {
    const [now, reference] = [Number(value), Number(before || typical)];
    const expected = riskWhen.get(feature!);
    const isSafer = (expected === 'high' && now < reference) || (expected === 'low' && now > reference);
    return isSafer && isUnusual !== '1';
  });
  expect(unsaid).toEqual([]);
  for (const [, , , , , , , , isUnusual, sentence] of reasons)
    expect(sentence!.startsWith('Unusual: ')).toBe(isUnusual === '1');
});

test('churn features profile --json says what each feature of the snapshot holds', async () => {
  const { status, stdout } = await runChurn(home, ['features', 'profile', '--scope', 'operator', '--json']);
  expect(status).toBe(0);
  const { source, rows, accounts, tenants, labels, features } = JSON.parse(stdout);
  expect(source).toMatch(/^operator-2026-06-/);
  expect([accounts, tenants]).toEqual([20, 1]);
  expect(labels[0]).toMatchObject({ label: 'churned_30d', known: expect.any(Number) });
  expect(features.map(({ feature }: { feature: string }) => feature)).toEqual(
    featureSetOf(defaultSettings()).features.map(({ name }) => name),
  );
  const recency = features.find(({ feature }: { feature: string }) => feature === 'days_since_last_event');
  expect(recency).toMatchObject({ rows, missing: 0, unit: 'days', label: 'days without any action' });
  expect(recency.median).toBeLessThan(recency.max);
  const directory = join(home, 'snapshots', source);
  const again = await runChurn(home, ['features', 'profile', '--snapshot', directory, '--json']);
  expect(again.stdout).toBe(stdout);
});

describe('churn score', () => {
  test('--json prints one document and nothing else on stdout', async () => {
    const { status, stdout } = await runChurn(home, ['score', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rowsWritten: { inserted: 0, revised: 0, withdrawn: 0 } });
  });

  test('the models that serve are measured, as a page, a table and figures in the mart', async () => {
    const other = copyOf(home);
    const file = join(other, 'elsewhere', 'page.html');
    const run = await runChurn(other, ['monitor', '--json', '--out', file]);
    expect(run.status, run.stderr).toBe(0);
    const { report, models } = JSON.parse(run.stdout);
    expect(report).toBe(file);
    expect(models.map(({ model }: { model: string }) => model).sort()).toEqual([
      'churn-operator',
      'churn-tenants',
    ]);
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/churn-tenants/);
    expect(page).not.toMatch(/<script|style=/);
    expect((await rowsOf(other, monitoringFigures.relation, ['tenant_id', 'metric'])).length).toBeGreaterThan(
      50,
    );
    const night = await openServedNight(join(other, 'published'));
    const snapshot = await loadScoreSnapshot(night!, null, () => new Date());
    await night!.close();
    for (const { current } of snapshot.values()) {
      expect(current.monitoring?.compared, current.tenantId).toBeGreaterThan(100);
      // The features count the same weeks by another way.
      for (let row = 0; row < current.rowCount; row++) {
        const kinds = [...current.year!.of(row)!.weeksByKind.values()];
        const byWeek = Array.from({ length: 12 }, (_, at) =>
          kinds.reduce((sum, weeks) => sum + weeks[40 + at]!, 0),
        );
        expect(byWeek, `${current.tenantId} ${row}`).toEqual(current.activity.of(row));
      }
    }
    const printed = await runChurn(other, ['monitor', '--tenant', await largestTenant(other)]);
    expect([printed.status, printed.stdout]).toEqual([0, expect.stringMatching(/reports\/monitor-.*\.html/)]);
    const refused = await runChurn(other, ['monitor', '--model', 'nobody']);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
  }, 120_000);

  test('a past score is computed again to the same bits, and what differs is said', async () => {
    const other = copyOf(home);
    const scored = (await rowsOf(other, scores, ['tenant_id', 'account_id', 'as_of_date'])).map((row) =>
      row.split('|'),
    );
    const latest = Math.max(...scored.map(([, , day]) => Number(day)));
    const [tenantId, accountId] = scored.find(
      ([id, , day]) => id !== 'platform' && Number(day) === latest,
    ) as [string, string];
    const reproduce = (...more: string[]) =>
      runChurn(other, [
        'reproduce',
        '--tenant',
        tenantId,
        '--account',
        accountId,
        '--as-of',
        latestDay,
        ...more,
      ]);
    const latestDay = new Date(latest * 86_400_000).toISOString().slice(0, 10);
    const { status, stdout, stderr } = await reproduce();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/inputs [0-9a-f]{16} from those kept with the score/);
    expect(stdout).toMatch(/every bit is the same/);
    expect(JSON.parse((await reproduce('--json')).stdout)).toMatchObject({ isEqual: true });
    const missing = await reproduce('--revision', '9');
    expect([missing.status, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toMatch(/there is no revision 9; its revisions are 1/);
    const warehouse = await openDuckDbWarehouse({ file: join(other, 'warehouse.duckdb') });
    await warehouse.transform([
      {
        relation: scores,
        as: 'table',
        sql: "select * replace ('[]'::json as drivers) from scores.account_churn_scores",
      },
    ]);
    await warehouse.close();
    const differs = await reproduce();
    expect(differs.status).toBe(1);
    expect(differs.stdout).toMatch(/drivers +\[\] .*NO[\s\S]*not the same: drivers$/m);
  }, 120_000);

  test('nights are taken back, do not come back by themselves, and are given back', async () => {
    const other = copyOf(home);
    const listed = await runChurn(other, ['nights', 'list', '--json']);
    const nights = JSON.parse(listed.stdout) as { night: string; tenantsServed: number }[];
    expect(listed.status).toBe(0);
    expect(nights[0]!.tenantsServed).toBeGreaterThan(5);
    // All after the first at once, then the first, so that none is left.
    const oldest = nights.at(-1)!.night;
    for (const [which, said] of [[['--to', oldest], nights[0]!.night] as const, [[], oldest] as const]) {
      const back = await runChurn(other, ['nights', 'rollback', ...which, '--reason', 'prices in cents']);
      expect([back.status, back.stderr]).toEqual([0, '']);
      expect(back.stdout).toContain(said);
    }
    const again = await runChurn(other, ['score']);
    expect(again.status).toBe(3);
    expect(again.stderr).toMatch(/that were rolled back come out as they were .*prices in cents/);
    for (const _rollback of ['the first', 'those after it']) {
      const undone = await runChurn(other, ['nights', 'undo', '--reason', 'they were right']);
      expect([undone.status, undone.stderr]).toEqual([0, '']);
    }
    const { stdout } = await runChurn(other, ['nights', 'list']);
    expect(stdout).toMatch(/succeeded/);
    expect(stdout).not.toMatch(/prices in cents/);
    expect((await runChurn(other, ['score', '--json'])).status).toBe(0);
  }, 180_000);

  test('a day without features says how to build them', async () => {
    const early = await runChurn(home, ['score', '--as-of', '2026-05-13', '--tenant', 'platform']);
    expect(early.status).toBe(2);
    expect(early.stderr).toMatch(/churn features build --as-of 2026-05-13/);
    const other = copyOf(home);
    expect((await runChurn(other, ['features', 'build', '--as-of', '2026-05-13'])).status).toBe(0);
    const { status } = await runChurn(other, ['score', '--as-of', '2026-05-13', '--tenant', 'platform']);
    expect(status).toBe(0);
  });

  test('an unknown tenant', async () => {
    const { status, stderr } = await runChurn(home, ['score', '--tenant', 'no-such-company']);
    expect(status).toBe(2);
    expect(oneSentence(stderr)).toMatch(/no-such-company/);
  });

  test('a tenant without eligible accounts is reported, and an account without events is scored', async () => {
    const other = copyOf(home);
    const tenantId = await largestTenant(other);
    const accountsFile = join(folder, 'new-accounts.csv');
    const subscriptionsFile = join(folder, 'new-subscriptions.csv');
    writeFileSync(
      accountsFile,
      `tenant_id,account_id,name,created_at\n${tenantId},silent-1,Silent,2026-01-01\nempty-company,acc-1,Nobody,2026-01-01\n`,
    );
    writeFileSync(
      subscriptionsFile,
      `tenant_id,account_id,plan,seats,mrr,started_at,renews_at\n${tenantId},silent-1,team,5,100,2026-01-01,2027-01-01\n`,
    );
    expect((await runChurn(other, ['import', 'accounts', accountsFile, '--backfill'])).status).toBe(0);
    expect((await runChurn(other, ['import', 'subscriptions', subscriptionsFile, '--backfill'])).status).toBe(
      0,
    );
    expect((await runChurn(other, ['features', 'build'])).status).toBe(0);

    const empty = await runChurn(other, ['score', '--tenant', 'empty-company']);
    expect(empty.status).toBe(2);
    expect(oneSentence(empty.stderr)).toMatch(/empty-company: .+; .+/);

    expect((await runChurn(other, ['score', '--tenant', tenantId])).status).toBe(0);
    const rows = await rowsOf(other, scores, ['tenant_id', 'account_id', 'churn_probability_90d']);
    const silent = rows.filter((row) => row.startsWith(`${tenantId}|silent-1|`));
    expect(silent).toHaveLength(1);
    expect(Number(silent[0]!.split('|')[2])).toBeGreaterThan(0);
  }, 120_000);

  test('a truncated weight file', async () => {
    const other = copyOf(home);
    const before = await everything(other);
    truncateSync(join(other, 'models/churn-tenants/v1/weights.bin'), 100);
    const { status, stderr } = await runChurn(other, ['score', '--tenant', await largestTenant(other)]);
    expect(status).toBe(1);
    expect(oneSentence(stderr)).toMatch(/weights\.bin.+churn models/);
    expect((await everything(other)).scores).toEqual(before.scores);
    const verified = await runChurn(other, ['models', 'verify']);
    expect(verified.status).toBe(1);
    expect(verified.stderr).toMatch(/weights\.bin/);
  });

  test('a model that was trained on another feature set', async () => {
    const other = copyOf(home);
    const before = await everything(other);
    const registry = openLocalRegistry({ directory: join(other, 'models'), clock: () => new Date() });
    const { version } = await train({ ...tinyTraining(), registry, clock: () => new Date() });
    await registry.promote('foreign', version, { by: 'test', reason: 'another feature set' });
    const { status, stderr } = await runChurn(other, ['score', '--tenant', await largestTenant(other)]);
    expect(status).toBe(2);
    expect(oneSentence(stderr)).toMatch(/foreign v1: it was trained on feature set tiny v1 .+churn train/);
    expect((await everything(other)).scores).toEqual(before.scores);
  });
});

describe('files that cannot be imported', () => {
  const good = 'tenant_id,account_id,user_id,event_type,event_time\n';
  test.each([
    ['an absent file', null, ['events', 'absent.csv'], /absent\.csv/],
    ['an unreadable file', 'not a parquet file', ['events', 'broken.parquet'], /broken\.parquet/],
    [
      'a missing column',
      'tenant_id,account_id,event_type,when\nt,a,login,2026-01-01\n',
      ['events', 'missing.csv'],
      /event_time.+--map event_time=/,
    ],
    [
      'an unparsable time',
      `${good}t,a,u,login,yesterday\n`,
      ['events', 'unparsable.csv'],
      /event_time.+yesterday/s,
    ],
    ['a future event', `${good}t,a,u,login,2031-01-01\n`, ['events', 'future.csv'], /future/],
    ['a missing key', `${good},a,u,login,2026-01-01\n`, ['events', 'keyless.csv'], /tenant_id/],
    [
      'duplicate keys',
      'tenant_id,account_id,created_at\nt,a,2026-01-01\nt,a,2026-01-02\n',
      ['accounts', 'twice.csv'],
      /the key .* comes again/,
    ],
  ])('%s: exit 2, one message, nothing loaded', async (_name, content, [table, file], message) => {
    const before = await everything(home);
    const path = join(folder, file!);
    if (content !== null) writeFileSync(path, content);
    const { status, stderr, stdout } = await runChurn(home, ['import', table!, path, '--strict']);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(await everything(home)).toEqual(before);
  });

  test('a label with one class', async () => {
    const file = join(folder, 'one-class.csv');
    writeFileSync(file, `usage,churned\n${Array.from({ length: 80 }, (_, row) => `${row},0`).join('\n')}\n`);
    const { status, stderr } = await runChurn(home, [
      'train',
      '--table',
      file,
      '--label',
      'churned',
      '--name',
      'one-class',
    ]);
    expect(status).toBe(2);
    expect(oneSentence(stderr)).toMatch(/churned/);
    expect(readdirSync(join(home, 'models'))).not.toContain('one-class');
  });
});

describe('usage', () => {
  test.each([
    [['nightfall']],
    [['score', '--as-of', 'tomorrow']],
    [['import', 'events']],
    [['import', 'weather', 'file.csv']],
    [['train', '--seed', '-1']],
  ])('churn %j exits with 2 and points at --help', async (args) => {
    const { status, stderr } = await runChurn(home, args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^churn: /);
    expect(stderr).toMatch(/--help/);
  });

  test('a home that cannot be written', async () => {
    const blocked = join(folder, 'a-file');
    writeFileSync(blocked, '');
    const { status, stderr } = await runChurn(join(blocked, 'home'), SMALL_PLATFORM);
    expect(status).toBe(1);
    expect(oneSentence(stderr)).toMatch(/CHURN_HOME/);
  });

  test('no warehouse yet', async () => {
    const { status, stderr } = await runChurn(join(folder, 'fresh'), ['score']);
    expect(status).toBe(1);
    expect(oneSentence(stderr)).toMatch(/churn (features build|import|demo)/);
  });
});

/** The last line, which must be the only complaint. */
function oneSentence(stderr: string): string {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('churn: ') || /^(refused|failed|skipped): /.test(line));
  expect(lines).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
  return lines[0]!;
}

function copyOf(original: string): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(original, copy, { recursive: true });
  return copy;
}

/** Raw rows by count, scores by every column, model versions by name: what bad input must leave alone. */
async function everything(of: string) {
  const columns = [
    'tenant_id',
    'account_id',
    'as_of_date',
    'model_version',
    'churn_probability_90d',
    'risk_rank',
    'drivers',
    'run_id',
    'scored_at',
  ];
  return {
    events: (await rowsOf(of, { schema: 'raw', name: 'platform_events' }, ['tenant_id'])).length,
    accounts: (await rowsOf(of, { schema: 'raw', name: 'accounts' }, ['tenant_id'])).length,
    scores: await rowsOf(of, scores, columns),
    models: readdirSync(join(of, 'models')).flatMap((name) =>
      readdirSync(join(of, 'models', name)).map((version) => `${name}/${version}`),
    ),
  };
}

async function rowsOf(of: string, relation: Relation, columns: readonly string[]): Promise<string[]> {
  const warehouse = await openDuckDbWarehouse({ file: join(of, 'warehouse.duckdb'), readOnly: true });
  try {
    const rows: string[] = [];
    for await (const batch of warehouse.read({
      relation,
      columns,
      where: [],
      orderBy: columns.slice(0, 3),
    })) {
      const values = columns.map((name) => batch.columns.get(name)!.values);
      for (let row = 0; row < batch.rowCount; row++) rows.push(values.map((column) => column[row]).join('|'));
    }
    return rows;
  } finally {
    await warehouse.close();
  }
}

/** Of those still with the platform: its last as-of date is the platform's. */
async function largestTenant(of: string): Promise<string> {
  const counts = new Map<string, number>();
  const rows = await rowsOf(of, scores, ['tenant_id', 'as_of_date', 'account_id']);
  const latest = Math.max(...rows.map((row) => Number(row.split('|')[1])));
  for (const row of rows) {
    const [tenantId, day] = row.split('|');
    if (tenantId !== 'platform' && Number(day) === latest)
      counts.set(tenantId!, (counts.get(tenantId!) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}

function tinyTraining() {
  const rowCount = 400;
  const usage = Float64Array.from({ length: rowCount }, (_, row) => row % 20);
  const churned = usage.map((value, row) => ((row * 7) % 20 > value ? 1 : 0));
  return {
    labelled: {
      frame: { rowCount, columns: new Map([['usage', { kind: 'number' as const, values: usage }]]) },
      targets: ['churned_30d', 'churned_60d', 'churned_90d'],
      labels: [churned, churned, churned],
      groups: Int32Array.from({ length: rowCount }, (_, row) => row),
      asOfEpochDays: null,
      tenantIds: null,
    },
    featureSet: {
      name: 'tiny',
      version: 1,
      features: [
        {
          name: 'usage',
          type: 'number' as const,
          label: 'usage',
          unit: 'count',
          risk_when: 'low' as const,
        },
      ],
    },
    scope: { kind: 'tenants' as const },
    name: 'foreign',
    family: 'logistic' as const,
    seed: 1,
    snapshotHash: 'tiny',
  };
}
