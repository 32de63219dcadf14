// Fails when a dependency has a known high or critical finding. A registry that does not answer audits is said, and passes:
// then nothing is known, and that is no fault of the change.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
const report = parsed(stdout);
if (report?.metadata?.vulnerabilities === undefined) {
  say(`the registry gave no audit (${report?.message?.split(' - ')[0] ?? 'no JSON'}): nothing is known`);
} else {
  const found = Object.values(report.vulnerabilities).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  for (const { name, severity, range, via } of found)
    say(`${name} ${range}: ${severity}, ${via.map((one) => one.title ?? one).join('; ')}`);
  say(`${found.length} high or critical findings`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
