import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { OperationFailed, reasonOf } from '../../features/contract/failure.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { isEmbedded } from '../../features/warehouse/warehouse.ts';
import { writeFileAtomically } from '../../models/registry/atomic-write.ts';
import { monitorModels } from '../../serving/monitoring/models/monitor-models.ts';
import type { MonitoringReport } from '../../serving/monitoring/models/monitoring-report.ts';
import { renderMonitoringReport } from '../../serving/monitoring/report/report-page.tsx';
import type { CommandContext } from '../context/command-context.ts';
import { openRegistry } from '../context/open-registry.ts';
import { withWarehouse } from '../context/open-warehouse.ts';
import { publishScores } from './score-tenants.ts';

export interface MonitorRequest {
  readonly tenantIds: readonly TenantId[] | undefined;
  readonly modelName: string | undefined;
  readonly asOf: AsOfDate | undefined;
  readonly out: string | undefined;
  readonly withHindsight: boolean;
}

/** Measures, records, publishes what pages show of it, and writes the report. @returns The figures and where the page lies */
export async function monitor(
  context: CommandContext,
  { out, ...request }: MonitorRequest,
): Promise<{ readonly report: MonitoringReport; readonly file: string }> {
  const { configuration, clock, terminal } = context;
  const report = await withWarehouse(configuration, 'monitor', async (warehouse) => {
    const measured = await monitorModels({
      warehouse,
      registry: openRegistry(configuration, clock),
      clock,
      ...request,
    });
    // Pages show each tenant its own figures.
    if (isEmbedded(warehouse)) await publishScores(context, warehouse, measured.runId);
    return measured;
  });
  for (const { model, notes } of report.models) for (const note of notes) terminal.log(`${model}: ${note}`);
  const file = resolve(
    out ?? join(configuration.reportsDirectory, `monitor-${report.asOf}-${report.runId}.html`),
  );
  try {
    mkdirSync(dirname(file), { recursive: true });
    await writeFileAtomically(file, Buffer.from(renderMonitoringReport(report)));
  } catch (cause) {
    throw new OperationFailed({
      where: file,
      what: `the report could not be written (${reasonOf(cause)}); its figures are recorded`,
      remedy: 'name a file in a folder that is writable with --out',
      cause,
    });
  }
  return { report, file };
}
