import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeKills, isKillFault } from './describe-kills.ts';
import { describeNights, isNightFault } from './describe-nights.ts';
import { killNights } from './kills.ts';
import { faultyNights } from './nights.ts';
import { prepareHome } from './prepare.ts';
import { describeService, isServiceFault, measureService } from './service.ts';
import { smallPlatform } from './small-platform.ts';

/*
 * npm run bench:faults -- kills  [--times 100] [--seed 1] [--keep FOLDER] [--json]
 * npm run bench:faults -- nights [--times 60] [--share 0.05] [--seed 1] [--keep FOLDER] [--json]
 * npm run bench:faults -- service [--times 5] [--keep FOLDER] [--json]
 *
 * kills: a night of 20 tenants is killed at random moments, and the same command is run after it, unaided.
 * nights: nights with faults in so many of the tenant-nights, under a supervisor that runs the command again as cron would.
 * service: ten requests a second to a served home, while nothing else happens and while so many nights run.
 * Exit status 1 where a promise is broken.
 */
const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string' },
    share: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const folder = given.keep ?? mkdtempSync(join(tmpdir(), 'churn-bench-faults-'));
mkdirSync(folder, { recursive: true });
try {
  const seed = Number(given.seed);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  if (positionals[0] === 'kills') {
    const times = Number(given.times ?? 100);
    const platform = await smallPlatform(times);
    const home = await prepareHome(platform, folder);
    const onKill = (kill: object) => log(JSON.stringify(kill));
    const kills = await killNights(platform, home, { times, seed, onKill });
    console.log(given.json ? JSON.stringify(kills) : describeKills(kills));
    if (kills.some(isKillFault)) process.exitCode = 1;
  } else if (positionals[0] === 'nights') {
    const times = Number(given.times ?? 60);
    const platform = await smallPlatform(times);
    const home = await prepareHome(platform, folder);
    const options = { times, seed, share: Number(given.share), log };
    const nights = await faultyNights(platform, home, options);
    console.log(given.json ? JSON.stringify(nights) : describeNights(nights));
    if (isNightFault(nights)) process.exitCode = 1;
  } else if (positionals[0] === 'service') {
    const platform = await smallPlatform(1);
    const home = await prepareHome(platform, folder);
    const nights = Number(given.times ?? 5);
    const loads = await measureService(home, platform.tenantIds, { nights, idleSeconds: 30 });
    console.log(given.json ? JSON.stringify(loads) : describeService(loads));
    if (isServiceFault(loads)) process.exitCode = 1;
  } else throw new Error('say kills, nights or service');
} finally {
  if (given.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
