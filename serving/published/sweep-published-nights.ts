import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pointerFile, readManifest, readPublishedNight } from './published-night.ts';

/**
 * Removes what no kept night refers to: older manifests, their files, and what a killed publication left. The order of
 * names is the order of publishing. Kept nights stay readable: a service may be reading one, and a bad one can be undone. Only whoever holds the warehouse may call this: nobody else is publishing then.
 */
export function sweepPublishedNights(folder: string, nightsKept: number): void {
  for (const file of unusedPublishedFiles(folder, nightsKept)) rmSync(file, { force: true });
  for (const night of namesIn(join(folder, 'files')))
    if (namesIn(join(folder, 'files', night)).length === 0) rmdirSync(join(folder, 'files', night));
}

/** What sweepPublishedNights would remove. */
export function unusedPublishedFiles(folder: string, nightsKept: number): readonly string[] {
  const served = readPublishedNight(folder)?.night;
  const manifests = namesIn(join(folder, 'nights'));
  const nights = manifests
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
  const kept = new Set([...nights.slice(-nightsKept), ...(served === undefined ? [] : [served])]);
  const inUse = new Set([...kept].flatMap((night) => filesOf(folder, night)));
  const pointer = basename(pointerFile(folder));
  return [
    ...namesIn(folder).filter((name) => name.startsWith(`${pointer}.`)),
    ...manifests
      .filter((name) => !kept.has(name.slice(0, -'.json'.length)))
      .map((name) => join('nights', name)),
    ...namesIn(join(folder, 'files')).flatMap((night) =>
      namesIn(join(folder, 'files', night))
        .map((name) => join('files', night, name))
        .filter((file) => !inUse.has(file)),
    ),
  ].map((file) => join(folder, file));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function filesOf(folder: string, night: string): readonly string[] {
  const manifest = readManifest(folder, night);
  const { scores, activity, score_runs, feature_words, activity_kinds, monitoring } = manifest;
  const { account_profiles, tenant_profiles } = manifest;
  return [
    ...[...scores, ...activity].map(({ file }) => file),
    score_runs,
    ...[feature_words, activity_kinds, monitoring, account_profiles, tenant_profiles].filter(
      (file) => file !== null,
    ),
  ];
}
