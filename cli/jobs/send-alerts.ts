import { setTimeout } from 'node:timers/promises';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { type AlertSettings, readAlertSettings } from '../../serving/alerts/alert-settings.ts';
import { type Delivered, deliverAlerts } from '../../serving/alerts/deliver-alerts.ts';
import { openChannel } from '../../serving/alerts/open-channel.ts';
import {
  type PreviewedAlert,
  previewAlerts as preview,
  type Raised,
  type RaiseOptions,
  raiseAlerts,
} from '../../serving/alerts/raise-alerts.ts';
import type { CommandContext } from '../context/command-context.ts';

export type SentAlerts = Raised & Delivered;

export interface AlertsToSend extends Pick<RaiseOptions, 'tenantIds' | 'heldBack'> {
  /** Nothing new is raised. */
  readonly isDueOnly?: boolean;
}

/** Raises what is new and sends what is due. @returns null where there is no alerts.yaml */
export async function sendAlerts(
  context: CommandContext,
  warehouse: Warehouse,
  { tenantIds, heldBack, isDueOnly = false }: AlertsToSend = {},
): Promise<SentAlerts | null> {
  const { configuration, clock, terminal } = context;
  const settings = readAlertSettings(configuration.alertsFile);
  if (settings === null) return null;
  const raised = isDueOnly
    ? { alerts: 0, unheard: 0 }
    : await raiseAlerts({ warehouse, settings, clock, tenantIds, heldBack, log: terminal.log });
  if (raised.unheard > 0)
    terminal.log(
      `${raised.unheard} alerts go to nobody: no destination in alerts.yaml takes their tenant and rule`,
    );
  return { ...raised, ...(await deliver(context, warehouse, settings)) };
}

/** What `sendAlerts` would raise; null where there is no alerts.yaml. */
export async function previewAlerts(
  { configuration, clock, terminal }: CommandContext,
  warehouse: Warehouse,
  tenantIds?: readonly TenantId[],
): Promise<{ readonly alerts: readonly PreviewedAlert[] } | null> {
  const settings = readAlertSettings(configuration.alertsFile);
  if (settings === null) return null;
  return { alerts: await preview({ warehouse, settings, clock, tenantIds, log: terminal.log }) };
}

function deliver(
  { configuration, clock, terminal }: CommandContext,
  warehouse: Warehouse,
  { destinations }: AlertSettings,
): Promise<Delivered> {
  return deliverAlerts({
    warehouse,
    destinations,
    openChannel: (destination) => openChannel(destination, { secrets: configuration.alertSecrets, clock }),
    clock,
    sleep: async (milliseconds) => {
      await setTimeout(milliseconds);
    },
    log: terminal.log,
  });
}

export function describeSentAlerts({ alerts, delivered, quiet, pending, dead }: SentAlerts): string {
  const parts = [
    [quiet, 'wait for the end of quiet hours'],
    [pending, 'are tried again later'],
    [dead, 'were given up (churn alerts list --status dead)'],
  ] as const;
  return [
    `alerts: ${alerts} new, ${delivered} delivered`,
    ...parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  ].join(', ');
}
