import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkKnown, type EraseContext, erase, isNothing, planErasure } from '../../cli/jobs/erase.ts';
import { BadInput } from '../../features/contract/failure.ts';
import { OPERATOR_TENANT, type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { accountHash } from '../../features/erasure/account-hash.ts';
import { quarantinedRows, RAW_TABLES } from '../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import { loadFeatureSet } from '../../features/marts/feature-set.ts';
import { readMartsManifest } from '../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import { readSnapshot } from '../../features/snapshot/read-snapshot.ts';
import { extractSnapshot } from '../../features/snapshot/snapshot.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse, Relation, RowOwner } from '../../features/warehouse/warehouse.ts';
import { openServedNight } from '../../serving/published/open-published-night.ts';
import { publishNight } from '../../serving/published/publish-night.ts';
import { loadScoreSnapshot } from '../../serving/read-model/score-snapshot.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { columnBatchOfScoreRuns } from '../../serving/scores-mart/column-batch-of-score-runs.ts';
import { ensureScoresMart, SCORES_TABLES } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { AS_OF, account, event, subscription } from '../features/marts/acme.ts';
import { ALL_BACKFILLED, append, type Row, rowsOf } from '../features/marts/small-raw-layer.ts';
import { type ChurnHome, openChurnHome } from '../features/raw-situations/churn-home.ts';

/*
 * A home with two tenants and the operator: raw rows, marts, scores, two published nights and snapshots. Each test erases
 * from a copy of it.
 */

const acme = tenantIdSchema.parse('acme');
const zeta = tenantIdSchema.parse('zeta');
const clock = () => new Date('2026-12-05T03:00:00Z');
const asked = { reason: 'asked for on 5 December', requestedBy: 'ops' };
const secret: RowOwner = { tenantId: acme, accountId: 'secret' };

const raw: Readonly<Record<string, readonly Row[]>> = {
  backfills: ALL_BACKFILLED,
  tenant_settings: ['acme', 'zeta', 'platform'].map((tenant_id) => ({
    tenant_id,
    churn_definition: 'contractual',
    data_through: AS_OF,
  })),
  as_of_requests: [{ as_of_date: AS_OF }],
  accounts: [
    account('secret', { name: 'Secret Ltd' }),
    account('open'),
    account('z', { tenant_id: 'zeta' }),
    account('acme', { tenant_id: 'platform' }),
    account('zeta', { tenant_id: 'platform' }),
  ],
  subscriptions: [
    subscription('secret'),
    subscription('open'),
    subscription('z', { tenant_id: 'zeta' }),
    subscription('acme', { tenant_id: 'platform' }),
    subscription('zeta', { tenant_id: 'platform' }),
  ],
  support_tickets: [{ tenant_id: 'acme', account_id: 'secret', opened_at: '2026-05-20', severity: 'high' }],
  platform_events: [
    event('secret', '2026-05-28T10:00:00', { user_id: 'sid', event_id: 'e1' }),
    event('secret', '2026-05-28T10:00:00', { user_id: 'sid', event_id: 'e1' }),
    event('secret', '2026-05-29T10:00:00', { user_id: 'sid' }),
    event('open', '2025-12-01T10:00:00'),
    event('open', '2026-05-28T11:00:00'),
    event('z', '2025-12-01T12:00:00', { tenant_id: 'zeta' }),
    event('z', '2026-05-28T12:00:00', { tenant_id: 'zeta' }),
  ],
};

let made: string;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'erase-'));
  const warehouse = await openDuckDbWarehouse({ file: join(made, 'warehouse.duckdb') });
  for (const table of RAW_TABLES) {
    await warehouse.ensureTable(table);
    const isLoaded = table.columns.some(({ name }) => name === 'loaded_at');
    const rows = raw[table.relation.name] ?? [];
    await append(
      warehouse,
      table,
      rows.map((row) => (isLoaded ? { loaded_at: '2026-12-01', ...row } : row)),
    );
  }
  await ensureScoresMart(warehouse);
  await buildMarts(warehouse);
  for (const [day, runId] of [
    ['2026-05-18', 'first'],
    [AS_OF, 'second'],
  ] as const) {
    await score(warehouse, day, runId);
    await publishNight({
      nightsKept: 14,
      warehouse,
      folder: join(made, 'published'),
      runId,
      clock: () => new Date(`${day}T03:00:00Z`),
    });
  }
  for (const scope of [
    { kind: 'tenants' },
    { kind: 'operator' },
    { kind: 'tenant', tenantId: 'zeta' },
  ] as const)
    await extractSnapshot({
      warehouse,
      featureSet: await loadFeatureSet(warehouse),
      directory: join(made, 'snapshots'),
      scope,
      clock,
    });
  await warehouse.close();
}, 60_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

async function score(warehouse: EmbeddedWarehouse, asOf: string, runId: string): Promise<void> {
  const lists = { acme: ['secret', 'open'], zeta: ['z'], platform: ['acme', 'zeta'] };
  const scored: Row[] = Object.entries(lists).flatMap(([tenant_id, ids]) =>
    ids.map((account_id, index) => ({
      tenant_id,
      account_id,
      as_of_date: asOf,
      model_name: 'm',
      model_version: 'v1',
      churn_probability_30d: 0.1,
      churn_probability_60d: 0.2,
      revision: 1,
      is_withdrawn: false,
      churn_probability_90d: 0.3,
      risk_band: 'low',
      risk_rank: index + 1,
      drivers: '[]',
      change_drivers: '[]',
      feature_hash: 'h',
      run_id: runId,
      scored_at: asOf,
    })),
  );
  await append(warehouse, accountChurnScores, scored);
  const at = new Date(`${asOf}T02:00:00Z`);
  const batch = columnBatchOfScoreRuns(
    Object.entries(lists).map(([tenantId, ids]) => ({
      runId,
      tenantId: tenantId as TenantId,
      asOf: asOf as never,
      modelName: 'm',
      modelVersion: 'v1',
      modelAlias: 'champion',
      featureSetHash: 'f',
      status: 'succeeded' as const,
      rowsRead: ids.length,
      rowsScored: ids.length,
      rowsWritten: null,
      gates: [],
      timings: {},
      error: null,
      startedAt: at,
      finishedAt: at,
    })),
  );
  const batches = (async function* () {
    yield batch;
  })();
  await warehouse.write([{ mode: 'append', table: scoreRuns, rows: { batches } }]);
}

interface Home extends EraseContext {
  readonly warehouse: EmbeddedWarehouse;
}

async function openCopy(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'erase-copy-'));
  cpSync(made, folder, { recursive: true });
  const warehouse = await openDuckDbWarehouse({ file: join(folder, 'warehouse.duckdb') });
  onTestFinished(async () => {
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    warehouse,
    snapshotsDirectory: join(folder, 'snapshots'),
    publishedDirectory: join(folder, 'published'),
    clock,
    log: () => {},
  };
}

const eraseFrom = async (home: EraseContext, target: RowOwner) =>
  erase(home, await planErasure(home, target), asked);

/** Tables with a text that is one of the words. The record of erasures counts too. */
async function tablesThatHold(warehouse: EmbeddedWarehouse, words: readonly string[]): Promise<string[]> {
  const relations: Relation[] = [
    ...[...RAW_TABLES, ...SCORES_TABLES].map(({ relation }) => relation),
    ...readMartsManifest(defaultSettings()).models.map(({ schema, name }) => ({ schema, name })),
  ];
  const holding: string[] = [];
  for (const { schema, name } of relations) {
    const rows = await rowsOf(warehouse, schema, name);
    const isHeld = rows.some((row) => Object.values(row).some((value) => words.includes(String(value))));
    if (isHeld) holding.push(`${schema}.${name}`);
  }
  return holding.sort();
}

async function servedFrom(home: Home, previous: Awaited<ReturnType<typeof loadScoreSnapshot>> | null = null) {
  const night = (await openServedNight(home.publishedDirectory))!;
  try {
    return await loadScoreSnapshot(night, previous, clock);
  } finally {
    await night.close();
  }
}

describe('an account', () => {
  test('is gone from raw tables, marts and scores, and so is what its users did', async () => {
    const home = await openCopy();
    const words = ['secret', 'Secret Ltd', 'sid'];
    expect(await tablesThatHold(home.warehouse, words)).toEqual(
      expect.arrayContaining(['analytics.account_features', 'raw.accounts', 'scores.account_churn_scores']),
    );
    const done = await eraseFrom(home, secret);
    expect(await tablesThatHold(home.warehouse, words)).toEqual([]);
    expect(done.found.rows).toMatchObject({
      'raw.platform_events': 3,
      'raw.accounts': 1,
      'raw.subscriptions': 1,
      'raw.support_tickets': 1,
      'scores.account_churn_scores': 2,
    });
  });

  test('is recorded by hash, with who, when, why and what was found', async () => {
    const home = await openCopy();
    const done = await eraseFrom(home, secret);
    expect(await rowsOf(home.warehouse, 'raw', 'erasures')).toEqual([
      {
        tenant_id: 'acme',
        erasure_id: done.erasureId,
        account_hash: accountHash(acme, 'secret'),
        reason: asked.reason,
        requested_by: 'ops',
        requested_at: clock().toISOString(),
        status: 'done',
        finished_at: clock().toISOString(),
        found: JSON.stringify(done.found),
      },
    ]);
  });

  test('leaves the others as they were, and the operator’s sums without it', async () => {
    const home = await openCopy();
    // What compares an account with its whole tenant follows the tenant.
    const others = async () =>
      (await rowsOf(home.warehouse, 'analytics', 'account_features'))
        .filter((row) => row.account_id !== 'secret' && row.tenant_id !== 'platform')
        .map((row) =>
          Object.entries(row).filter(
            ([column]) => row.tenant_id === 'zeta' || !/_vs_tenant|^tenant_events/.test(column),
          ),
        );
    const before = await others();
    expect(before.length).toBeGreaterThan(20);
    const events = async () =>
      (await rowsOf(home.warehouse, 'analytics', 'account_features')).find(
        (row) => row.tenant_id === 'platform' && row.account_id === 'acme' && row.as_of_date === AS_OF,
      )?.events_7d;
    expect(await events()).toBe(3);
    await eraseFrom(home, secret);
    // Building again may add the day that a scored one is compared with.
    expect(await others()).toEqual(expect.arrayContaining(before));
    expect(await events()).toBe(1);
  });

  test('takes the rows of its tenant that were set aside, where one of them names it', async () => {
    const home = await openCopy();
    const aside = (tenant_id: string, id: string): Row => ({
      tenant_id,
      table_name: 'accounts',
      content_hash: 'c',
      file_name: 'accounts.csv',
      row_number: 1,
      reason: 'created_at is not a time',
      row: JSON.stringify({ account_id: id, created_at: 'yesterday' }),
      quarantined_at: '2026-12-01',
    });
    await append(home.warehouse, quarantinedRows, [aside('acme', 'secret'), aside('zeta', 'secret')]);
    await eraseFrom(home, { tenantId: acme, accountId: 'open' });
    expect(await rowsOf(home.warehouse, 'raw', 'quarantined_rows')).toHaveLength(2);
    await eraseFrom(home, secret);
    expect((await rowsOf(home.warehouse, 'raw', 'quarantined_rows')).map((row) => row.tenant_id)).toEqual([
      'zeta',
    ]);
  });

  test('stays out when it arrives again', async () => {
    const home = await openCopy();
    await eraseFrom(home, secret);
    for (const [name, rows] of Object.entries(raw).filter(
      ([name]) => name.startsWith('accounts') || name === 'platform_events',
    )) {
      const table = RAW_TABLES.find(({ relation }) => relation.name === name)!;
      await append(
        home.warehouse,
        table,
        rows.filter((row) => row.account_id === 'secret').map((row) => ({ ...row, loaded_at: '2026-12-07' })),
      );
    }
    await buildMarts(home.warehouse);
    expect(await tablesThatHold(home.warehouse, ['secret', 'sid'])).toEqual([
      'raw.accounts',
      'raw.platform_events',
      'staging.stg_erased_accounts',
    ]);
    const again = await planErasure(home, secret);
    expect(again.found.rows).toMatchObject({ 'raw.accounts': 1, 'raw.platform_events': 3 });
    await erase(home, again, asked);
    expect(await tablesThatHold(home.warehouse, ['secret', 'sid'])).toEqual([]);
    expect(await rowsOf(home.warehouse, 'raw', 'erasures')).toHaveLength(2);
  });

  test('is dropped by a running service, also from lists that somebody is paging through', async () => {
    const home = await openCopy();
    const before = await servedFrom(home);
    expect(before.get(acme)!.current.rowOfAccount.has('secret')).toBe(true);
    await eraseFrom(home, secret);
    const after = await servedFrom(home, before);
    expect(after.get(acme)!.current.rowOfAccount.has('secret')).toBe(false);
    expect(after.get(acme)!.current.rowOfAccount.has('open')).toBe(true);
    expect(after.get(acme)!.current.revision).not.toBe(before.get(acme)!.current.revision);
    expect(after.get(acme)!.replaced).toEqual([]);
    expect(after.get(zeta)!.current).toBe(before.get(zeta)!.current);
    expect(readdirSync(join(home.publishedDirectory, 'nights'))).toHaveLength(1);
  });

  test('takes the snapshots with it that held it, and their manifests say so', async () => {
    const home = await openCopy();
    const done = await eraseFrom(home, secret);
    const [ofTenants] = readdirSync(home.snapshotsDirectory).filter((id) => id.startsWith('tenants-'));
    expect(done.found.snapshots).toEqual([ofTenants]);
    expect(readdirSync(join(home.snapshotsDirectory, ofTenants!))).toEqual([
      'feature-set.json',
      'manifest.json',
    ]);
    await expect(
      readSnapshot(join(home.snapshotsDirectory, ofTenants!), await loadFeatureSet(home.warehouse)),
    ).rejects.toThrow(
      'the snapshot held an account that was erased on 2026-12-05, and its files were deleted; extract a new one',
    );
    for (const id of readdirSync(home.snapshotsDirectory).filter((one) => one !== ofTenants))
      expect(
        (await readSnapshot(join(home.snapshotsDirectory, id), await loadFeatureSet(home.warehouse))).frame
          .rowCount,
      ).toBeGreaterThan(0);
  });

  test('of which nothing is stored is refused, and one that is erased already is not erased again', async () => {
    const home = await openCopy();
    const unknown = await planErasure(home, { tenantId: acme, accountId: 'Secret' });
    expect(() => checkKnown(unknown)).toThrow(BadInput);
    await eraseFrom(home, secret);
    const again = await planErasure(home, secret);
    expect(isNothing(again)).toBe(true);
    expect(() => checkKnown(again)).not.toThrow();
  });
});

test('a tenant goes with its settings, its runs and its account with the operator', async () => {
  const home = await openCopy();
  await eraseFrom(home, { tenantId: acme, accountId: null });
  expect(await tablesThatHold(home.warehouse, ['secret', 'open'])).toEqual([]);
  expect(await tablesThatHold(home.warehouse, ['acme'])).toEqual(['raw.erasures']);
  expect(await tablesThatHold(home.warehouse, ['zeta'])).toContain('analytics.account_features');
  const served = await servedFrom(home);
  expect([...served.keys()].sort()).toEqual(['platform', 'zeta']);
  expect([...served.get(OPERATOR_TENANT)!.current.rowOfAccount.keys()]).toEqual(['zeta']);
  const records = await rowsOf(home.warehouse, 'raw', 'erasures');
  expect(records.map((row) => [row.tenant_id, row.account_hash])).toEqual(
    expect.arrayContaining([
      ['acme', null],
      ['platform', accountHash(OPERATOR_TENANT, 'acme')],
    ]),
  );
});

describe('an erasure that is stopped', () => {
  /** The warehouse, which fails at the n-th call that could change or publish something. */
  function failingAt(
    warehouse: EmbeddedWarehouse,
    call: number,
  ): { warehouse: EmbeddedWarehouse; calls: readonly string[] } {
    const calls: string[] = [];
    const changing = ['write', 'deleteRowsOf', 'transform', 'exportParquet'];
    const failing = new Proxy(warehouse, {
      get(target, name: keyof EmbeddedWarehouse) {
        const member = target[name];
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (changing.includes(name) && calls.push(name) === call)
            throw new Error(`stopped at call ${call}`);
          return (member as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    return { warehouse: failing, calls };
  }

  test('anywhere is finished by running it again, under the same record', async () => {
    const counted = await openCopy();
    const whole = failingAt(counted.warehouse, 0);
    const uninterrupted = await eraseFrom({ ...counted, warehouse: whole.warehouse }, secret);
    expect(whole.calls.length).toBeGreaterThan(6);
    const lastExport = whole.calls.lastIndexOf('exportParquet') + 1;
    for (const [index, name] of whole.calls.entries()) {
      const call = index + 1;
      // Of the files that are published, the last stands for the ones before it.
      if (name === 'exportParquet' && call !== lastExport) continue;
      const home = await openCopy();
      const { warehouse } = failingAt(home.warehouse, call);
      await expect(eraseFrom({ ...home, warehouse }, secret)).rejects.toThrow(`stopped at call ${call}`);
      const records = await rowsOf(home.warehouse, 'raw', 'erasures');
      expect(records.map((row) => row.status)).toEqual(call === 1 ? [] : ['requested']);
      const done = await eraseFrom(home, secret);
      expect(done.found).toEqual(uninterrupted.found);
      expect(await tablesThatHold(home.warehouse, ['secret', 'sid'])).toEqual([]);
      expect([...(await servedFrom(home)).get(acme)!.current.rowOfAccount.keys()]).toEqual(['open']);
      expect(readdirSync(join(home.publishedDirectory, 'nights'))).toHaveLength(1);
      expect((await rowsOf(home.warehouse, 'raw', 'erasures')).map((row) => row.status)).toEqual(['done']);
    }
  }, 120_000);

  test('between a snapshot’s manifest and its files removes the files when it is run again', async () => {
    const home = await openCopy();
    const id = readdirSync(home.snapshotsDirectory).find((one) => one.startsWith('tenants-'))!;
    const manifest = join(home.snapshotsDirectory, id, 'manifest.json');
    const erased = { erasure_id: 'x', erased_at: '2026-12-04T00:00:00.000Z' };
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), erased }));
    await eraseFrom(home, secret);
    expect(readdirSync(join(home.snapshotsDirectory, id))).toEqual(['feature-set.json', 'manifest.json']);
    expect(JSON.parse(readFileSync(manifest, 'utf8')).erased).toEqual(erased);
  });
});

describe('the command', () => {
  let home: ChurnHome;
  beforeAll(async () => {
    home = openChurnHome();
    await home.bring('accounts', [account('secret'), account('open')]);
  });
  afterAll(() => home.remove());

  test('says what would go and refuses where nobody can be asked', async () => {
    const seen = await home.churn('erase', '--tenant', 'acme', '--account', 'secret', '--reason', 'asked');
    expect(seen.status).toBe(2);
    expect(seen.text).toBe(
      'account secret of tenant acme:\n  raw.accounts: 1 row\nchurn: churn erase: there is no terminal to ask for confirmation; look at what is said above and run it again with --yes\n',
    );
    expect(await home.rows('raw', 'accounts')).toHaveLength(2);
  });

  test('refuses an account that it does not know', async () => {
    const seen = await home.churn('erase', '--tenant', 'acme', '--account', 'typo', '--reason', 'x', '--yes');
    expect(seen.status).toBe(2);
    expect(seen.text).toContain('account typo of tenant acme: nothing is stored of it; check the spelling');
  });

  test('erases, and says when it did when asked again', async () => {
    const args = ['erase', '--tenant', 'acme', '--account', 'secret', '--reason', 'asked', '--yes'];
    const seen = await home.churn(...args);
    expect(seen.text).toContain('account secret of tenant acme is erased: 1 row (raw.erasures ');
    expect(seen.status).toBe(0);
    expect((await home.rows('raw', 'accounts')).map((row) => row.account_id)).toEqual(['open']);
    expect((await home.churn(...args)).text).toMatch(/^already erased on 20.*, and nothing came since\n$/);
  });
});
