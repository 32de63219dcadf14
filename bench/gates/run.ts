import { parseArgs } from 'node:util';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { findingSentence } from '../../features/marts/finding-words.ts';
import { cleanNights } from './clean-nights.ts';

/*
 * npm run bench:gates -- [--seeds 1,2,3] [--nights 60] [--tenants 60] [--until 2026-01-20] [--json]
 *
 * Nights of simulated platforms with weekdays, holidays, the days between the years and growth, and nothing wrong in them.
 * Ends with exit status 1 when a gate refuses anything, or when more than two warnings come up for one seed.
 */
const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    nights: { type: 'string', default: '60' },
    tenants: { type: 'string', default: '60' },
    until: { type: 'string', default: '2026-01-20' },
    json: { type: 'boolean', default: false },
  },
});

const MOST_WARNINGS = 2;
const rows: { seed: number; refused: number; warned: number; seconds: number }[] = [];
for (const seed of given.seeds.split(',').map(Number)) {
  let seconds = 0;
  const alarms = await cleanNights(
    {
      seed,
      tenants: Number(given.tenants),
      months: 8,
      endDate: asOfDateSchema.parse(given.until),
      nights: Number(given.nights),
    },
    (asOf, took) => {
      seconds += took;
      process.stderr.write(`\rseed ${seed}: ${asOf}`);
    },
  );
  process.stderr.write('\n');
  const count = (severity: string) => alarms.filter(({ finding }) => finding.severity === severity).length;
  const row = { seed, refused: count('refused'), warned: count('warned'), seconds: Math.round(seconds) };
  rows.push(row);
  if (!given.json)
    console.log(
      `seed ${seed}: ${given.nights} nights of ${given.tenants} tenants, ${row.refused} refused, ${row.warned} warned, ${row.seconds} s of building`,
    );
  for (const { asOf, finding } of alarms)
    console.error(`  ${asOf}  ${finding.severity}  ${finding.finding}  ${findingSentence(finding)}`);
}
if (given.json) console.log(JSON.stringify({ nights: given.nights, tenants: given.tenants, rows }));
if (rows.some(({ refused, warned }) => refused > 0 || warned > MOST_WARNINGS)) process.exitCode = 1;
