import { defaultMemoryLimit, machineMemoryBytes } from '../../features/warehouse/duckdb/engine-memory.ts';
import type { Finding } from './finding.ts';

/** What DuckDB may hold in memory, and whether the machine has it. */
export function checkMemory(limit: string, machineBytes: number = machineMemoryBytes()): Finding {
  const machineMegabytes = Math.round(machineBytes / 1e6);
  const limitMegabytes = Number.parseFloat(limit) * (limit.endsWith('GB') ? 1000 : 1);
  const isDefault = limit === defaultMemoryLimit(machineBytes);
  const origin = isDefault ? 'by default; CHURN_MEMORY_LIMIT sets it' : 'by CHURN_MEMORY_LIMIT';
  const isTooMuch = limitMegabytes > machineMegabytes;
  return {
    check: 'memory',
    state: isTooMuch ? 'attention' : 'good',
    says: isTooMuch
      ? `DuckDB may hold ${limit} where there are ${machineMegabytes} MB; set CHURN_MEMORY_LIMIT lower`
      : `DuckDB holds up to ${limit} of ${machineMegabytes} MB (${origin}), then spills to disk`,
    details: { limit, machine_megabytes: machineMegabytes, is_default: isDefault },
  };
}
