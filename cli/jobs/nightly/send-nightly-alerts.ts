import { existsSync } from 'node:fs';
import { Failure } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { Warehouse } from '../../../features/warehouse/warehouse.ts';
import type { Withheld } from '../../../serving/batch/withheld.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { sendAlerts } from '../send-alerts.ts';
import type { StepRecorder } from './step-recorder.ts';

export interface NightlyAlerts {
  readonly context: CommandContext;
  readonly warehouse: Warehouse;
  readonly steps: StepRecorder;
  readonly tenantIds: readonly TenantId[] | undefined;
  /** Tenants that keep their old scores, with the reason. */
  readonly withheld: ReadonlyMap<TenantId, Withheld>;
}

/** The last step. Scores have landed by then: what goes wrong here is recorded and told, and fails no night. */
export async function sendNightlyAlerts(night: NightlyAlerts): Promise<void> {
  const { context, warehouse, steps, tenantIds, withheld } = night;
  const { configuration, terminal } = context;
  if (!existsSync(configuration.alertsFile)) return steps.skip('alerts', 'there is no alerts.yaml');
  // A night that ended before scoring recorded no run of any tenant.
  const ended = steps.ended.find(
    ({ step, error }) => (step === 'import' || step === 'build') && error !== null,
  );
  const heldBack = (tenantId: TenantId) =>
    withheld.get(tenantId)?.reason ?? (ended === undefined ? null : `the night ended at ${ended.step}`);
  try {
    await steps.run('alerts', async () => {
      const sent = await sendAlerts(context, warehouse, { tenantIds, heldBack });
      return { value: undefined, detail: { ...sent } };
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.log(`no alerts were sent: ${error.message}`);
  }
}
