import type { Warehouse } from '../warehouse/warehouse.ts';
import { defaultSettings } from './default-settings.ts';
import type { FeatureSettings } from './feature-settings.ts';
import { readOwnSettings } from './own-settings.ts';
import { settleSettings } from './settle-settings.ts';

/**
 * What the next build will go by: the raw tables of settings over the defaults.
 *
 * @throws BadInput where the tables, filled by other means than `churn import`, contradict themselves
 */
export async function readFeatureSettings(warehouse: Warehouse): Promise<FeatureSettings> {
  return settleSettings(defaultSettings(), await readOwnSettings(warehouse));
}
