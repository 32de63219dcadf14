import { existsSync } from 'node:fs';
import { OperationFailed } from '../../features/contract/failure.ts';
import { pointerFile } from '../../serving/published/published-night.ts';
import type { Configuration } from '../configuration/configuration.ts';

/**
 * The failure of a home from which nights were published and whose warehouse is gone; undefined for any other. An empty
 * warehouse in its place would soon be published as a night without scores.
 */
export function lostWarehouse({
  warehouseFile,
  publishedDirectory,
}: Pick<Configuration, 'warehouseFile' | 'publishedDirectory'>): OperationFailed | undefined {
  if (existsSync(warehouseFile) || !existsSync(pointerFile(publishedDirectory))) return undefined;
  return new OperationFailed({
    where: warehouseFile,
    what: 'the warehouse is gone, and nights were published from it',
    remedy: `restore it with \`churn restore --from FOLDER --replace\`; without a back-up, move ${publishedDirectory} away and import again (docs/runbook.md)`,
  });
}
