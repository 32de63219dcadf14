import { readFileSync } from 'node:fs';
import { type FeatureSettings, featureSettingsSchema } from './feature-settings.ts';

/** Written by features/dbt/compile.py from the dbt project. */
const file = new URL('../dbt/compiled/settings.json', import.meta.url);

/** What holds where a platform says nothing else: the vars and the seed of the dbt project. */
export function defaultSettings(): FeatureSettings {
  return featureSettingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
