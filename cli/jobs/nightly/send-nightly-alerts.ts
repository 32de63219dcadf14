import { existsSync } from 'node:fs';
import { Failure } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { sendAlerts } from '../send-alerts.ts';
import type { StepRecorder } from './step-recorder.ts';

export interface NightlyAlerts {
  readonly context: CommandContext;
  readonly warehouse: Warehouse;
  readonly steps: StepRecorder;
  readonly tenantIds: readonly TenantId[] | undefined;
}

/** The last step. Scores have landed by then: what goes wrong here is recorded and told, and fails no night. */
export async function sendNightlyAlerts({
  context,
  warehouse,
  steps,
  tenantIds,
}: NightlyAlerts): Promise<void> {
  const { configuration, terminal } = context;
  if (!existsSync(configuration.alertsFile)) return steps.skip('alerts', 'there is no alerts.yaml');
  try {
    await steps.run('alerts', async () => {
      const sent = await sendAlerts(context, warehouse, tenantIds);
      return { value: undefined, detail: { ...sent } };
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.log(`no alerts were sent: ${error.message}`);
  }
}
