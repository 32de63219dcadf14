import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, readPublishedNight } from './published-night.ts';

/** Nights that stay readable: a service may still be reading one, and a bad night can be undone. */
const NIGHTS_KEPT = 14;

/**
 * Removes what no kept night refers to: older manifests, their files, and what a killed publication left. The order of
 * names is the order of publishing.
 */
export function sweepPublishedNights(folder: string, nightsKept = NIGHTS_KEPT): void {
  const served = readPublishedNight(folder)?.night;
  const nights = readdirSync(join(folder, 'nights'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
  const kept = new Set([...nights.slice(-nightsKept), ...(served === undefined ? [] : [served])]);
  const inUse = new Set([...kept].flatMap((night) => filesOf(folder, night)));
  for (const name of readdirSync(join(folder, 'nights'))) {
    if (!kept.has(name.slice(0, -'.json'.length))) rmSync(join(folder, 'nights', name), { force: true });
  }
  for (const night of readdirSync(join(folder, 'files'))) {
    const names = readdirSync(join(folder, 'files', night));
    const unused = names.filter((name) => !inUse.has(join('files', night, name)));
    for (const name of unused) rmSync(join(folder, 'files', night, name), { force: true });
    if (unused.length === names.length)
      rmSync(join(folder, 'files', night), { recursive: true, force: true });
  }
}

function filesOf(folder: string, night: string): readonly string[] {
  const { scores, score_runs, feature_words, account_profiles } = readManifest(folder, night);
  return [
    ...scores.map(({ file }) => file),
    score_runs,
    ...(feature_words === null ? [] : [feature_words]),
    ...(account_profiles === null ? [] : [account_profiles]),
  ];
}
