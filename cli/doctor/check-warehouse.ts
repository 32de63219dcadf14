import { existsSync, statSync } from 'node:fs';
import { Failure } from '../../features/contract/failure.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { lostWarehouse } from '../context/lost-warehouse.ts';
import type { Finding } from './finding.ts';

/** Relations that show how far the work has come, in its order, and the command that makes each. */
const STAGES = [
  { relation: { schema: 'raw', name: 'platform_events' }, holds: 'raw rows', command: 'churn import' },
  {
    relation: { schema: 'analytics', name: 'account_features' },
    holds: 'marts',
    command: 'churn features build',
  },
  { relation: { schema: 'scores', name: 'account_churn_scores' }, holds: 'scores', command: 'churn score' },
] as const;

/** Opens the embedded warehouse for reading, without waiting for who holds it, and looks at what it holds. */
export async function checkWarehouse(
  configuration: Pick<Configuration, 'warehouseFile' | 'publishedDirectory'>,
): Promise<Finding> {
  const file = configuration.warehouseFile;
  const found = (state: Finding['state'], says: string, more: object = {}): Finding => ({
    check: 'warehouse',
    state,
    says: `${file} ${says}`,
    details: { file, ...more },
  });
  const lost = lostWarehouse(configuration);
  if (lost !== undefined)
    return found('broken', `is not there: ${lost.what}; ${lost.remedy}`, { exists: false });
  if (!existsSync(file))
    return found('attention', 'is not there yet; churn demo or churn import makes it', { exists: false });
  const { openDuckDbWarehouse } = await import('../../features/warehouse/duckdb/duckdb-warehouse.ts');
  try {
    const warehouse = await openDuckDbWarehouse({ file, readOnly: true, lockTimeoutMs: 0 });
    try {
      const megabytes = Math.round(statSync(file).size / 1e6);
      const built = await Promise.all(
        STAGES.map(async ({ relation }) => (await warehouse.describe(relation)).length > 0),
      );
      const held = STAGES.filter((_, stage) => built[stage]).map(({ holds }) => holds);
      const next = STAGES.find((_, stage) => !built[stage]);
      const size = `opens, ${megabytes} MB`;
      const details = { exists: true, megabytes, holds: held };
      if (next === undefined) return found('good', `${size}, holds ${held.join(', ')}`, details);
      const holds = held.length === 0 ? 'is empty' : `holds ${held.join(', ')}`;
      return found('attention', `${size}, ${holds}; next is ${next.command}`, details);
    } finally {
      await warehouse.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return found('broken', `does not open: ${error.what}; ${error.remedy}`, { exists: true });
  }
}
