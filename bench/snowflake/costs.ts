import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lentWarehouse } from '../../features/warehouse/lent-warehouse.ts';
import { openSnowflakeModelStore } from '../../features/warehouse/snowflake/snowflake-model-store.ts';
import { SnowflakeSession } from '../../features/warehouse/snowflake/snowflake-session.ts';
import { openSnowflakeWarehouse } from '../../features/warehouse/snowflake/snowflake-warehouse.ts';
import { openSharedRegistry } from '../../models/registry/shared-registry.ts';
import { verifiedPrincipal } from '../../serving/access/principal.ts';
import { startLiveChampions } from '../../serving/champions/live-champions.ts';
import { startLiveScores } from '../../serving/read-model/live-scores.ts';
import { day, tenant } from '../../test/serving/small-marts.ts';
import { promoteSmallModel } from '../../test/serving/small-model.ts';
import { clientOptions } from './client-options.ts';
import { runMonitor, runNight } from './costs-night.ts';
import { FIRST_NIGHT, preparePlatform, SECOND_NIGHT, tenantName } from './costs-platform.ts';
import { type Metered, meterWarehouse, type TimedStatement } from './warehouse-meter.ts';

/*
 * npm run -s bench:snowflake:costs [-- --tenants 200,5000] [--accounts 20] [--delay-ms 200] [--list] [--json]
 *
 * What a service and a night ask of Snowflake: statements, sign-ins, starts of the warehouse and their credits. The real
 * driver and client, over a real socket, against the test endpoint, in which every statement takes 200 ms. `--list` says
 * which statements they were.
 */
const flags = process.argv.slice(2);
const optionOf = (flag: string, standing: string): string => {
  const at = flags.indexOf(flag);
  return at < 0 ? standing : flags[at + 1]!;
};
const accounts = Number(optionOf('--accounts', '20'));
const delayMs = Number(optionOf('--delay-ms', '200'));
/** Where nothing is delayed, the time is made up of the client's own and this for each statement. */
const STATEMENT_SECONDS = 0.2;
const REFRESH_SECONDS = 300;

interface Asked {
  readonly asked: readonly { readonly kind: string; readonly sql: string }[];
  readonly signIns: number;
}

interface Measured extends Metered {
  readonly tenants: number;
  readonly step: string;
  readonly signIns: number;
  readonly seconds: number;
}

const measured: Measured[] = [];
for (const tenants of optionOf('--tenants', '200,5000').split(',').map(Number))
  await measurePlatform(tenants);
if (flags.includes('--json')) console.log(JSON.stringify(measured, null, 2));

async function measurePlatform(tenants: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'churn-bench-costs-'));
  const file = join(folder, 'warehouse.duckdb');
  await preparePlatform(file, { tenants, accounts });
  const endpoint = fork(join(import.meta.dirname, 'counting-endpoint.ts'), [file, String(delayMs)], {
    execArgv: ['--import', 'tsx'],
  });
  const [accessUrl] = (await once(endpoint, 'message')) as [string];
  const options = clientOptions(accessUrl);
  const take = async (): Promise<Asked> => {
    endpoint.send('take');
    const [asked] = (await once(endpoint, 'message')) as [Asked];
    return asked;
  };
  let passedSeconds = 0;
  /** @param turns A step that comes again and again: how often, and how many seconds apart */
  const measure = async (step: string, work: () => Promise<void>, turns = 1, apart = 0): Promise<void> => {
    const timed: TimedStatement[] = [];
    let [signIns, seconds] = [0, 0];
    for (let turn = 0; turn < turns; turn++) {
      passedSeconds += apart;
      const started = performance.now();
      await work();
      const own = (performance.now() - started) / 1000;
      const { asked, signIns: signed } = await take();
      signIns += signed;
      seconds += delayMs > 0 ? own : own + asked.length * STATEMENT_SECONDS;
      for (const [at, { kind }] of asked.entries())
        timed.push({ kind, at: turn * apart + at * STATEMENT_SECONDS });
      if (flags.includes('--list'))
        for (const { sql } of asked) console.error(`  ${step}: ${sql.slice(0, 150)}`);
    }
    const metered = meterWarehouse(timed, STATEMENT_SECONDS);
    measured.push({ tenants, step, signIns, seconds, ...metered });
    if (!flags.includes('--json'))
      console.log(
        `${String(tenants).padStart(5)} tenants  ${step.padEnd(34)} ${String(metered.statements).padStart(6)} statements ${String(signIns).padStart(4)} sign-ins ${seconds.toFixed(1).padStart(7)} s ${String(metered.resumes).padStart(3)} starts ${metered.credits.toFixed(3)} credits`,
      );
  };

  try {
    const clock = () => new Date(`${SECOND_NIGHT}T06:00:00Z`);
    const registry = openSharedRegistry({
      store: openSnowflakeModelStore(options, () => Date.now() + passedSeconds * 1000),
      cacheDirectory: join(folder, 'models'),
      clock,
    });
    const administrator = await SnowflakeSession.open(options);
    await administrator.execute(
      "create stage if not exists CHURN.MODELS encryption = (type = 'SNOWFLAKE_FULL')",
    );
    await administrator.close();
    await promoteSmallModel(registry);
    await promoteSmallModel(registry, { name: 'small-operator', scope: { kind: 'operator' } });
    await take();
    const problems: string[] = [];
    const log = (line: string) => problems.push(line);
    const kept = openSnowflakeWarehouse(options);
    const scores = startLiveScores({
      openWarehouse: async () => lentWarehouse(kept),
      // Refreshed below, by hand.
      refreshSeconds: 1_000_000,
      clock,
      log,
    });
    const champions = startLiveChampions({ registry, refreshSeconds: 1_000_000, log, warn: log });
    const everybody = verifiedPrincipal({ subject: 'bench', tenants: '*', scopes: ['scores:read'] });
    await measure('first load of a service', async () => {
      await scores.refresh();
    });
    await measure('each tenant’s first look at its model', async () => {
      for (let at = 0; at < tenants; at++)
        await champions.forTenant(everybody.grant(tenant(tenantName(at)))!);
    });
    const look = async () => {
      await Promise.all([scores.refresh(), champions.refresh()]);
    };
    passedSeconds += REFRESH_SECONDS * 4;
    await look();
    await take();
    await measure('a refresh with nothing new', look);
    await measure('an idle hour', look, 3600 / REFRESH_SECONDS, REFRESH_SECONDS);
    await measure('a night', () => runNight({ options, registry, clock, log }));
    await measure('a refresh after it', look);
    await measure('churn monitor', () => runMonitor({ options, registry, clock, log }));
    await scores.stop();
    await kept.close();
    await champions.stop();
    const asOf = new Set([...(scores.snapshot() ?? [])].map(([, { current }]) => current.run.asOf));
    if (asOf.size !== 1 || !asOf.has(day(SECOND_NIGHT)))
      throw new Error(`the service shows ${[...asOf].join()}`);
    if (FIRST_NIGHT >= SECOND_NIGHT) throw new Error('the nights are out of order');
    for (const line of new Set(problems)) console.error(line);
  } finally {
    endpoint.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
