import { randomUUID } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { BadInput, OperationFailed } from '../../features/contract/failure.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { type AlertDestination, readAlertSettings } from '../../serving/alerts/alert-settings.ts';
import { DeliveryFailed } from '../../serving/alerts/messages/channel.ts';
import { openChannel } from '../../serving/alerts/open-channel.ts';
import type { CommandContext } from '../context/command-context.ts';

/**
 * Sends one message that says it is a test.
 *
 * @returns null where there is no alerts.yaml
 * @throws BadInput for a name that is not in it, OperationFailed when the other side did not take the message
 */
export async function testDestination(
  { configuration, clock }: CommandContext,
  name: string,
): Promise<true | null> {
  const settings = readAlertSettings(configuration.alertsFile);
  if (settings === null) return null;
  const destination = settings.destinations.find((one) => one.name === name);
  if (destination === undefined)
    throw new BadInput({
      where: `destination ${name}`,
      what: `alerts.yaml has ${settings.destinations.map((one) => one.name).join(', ')}`,
      remedy: 'name one of these',
    });
  const channel = await openChannel(destination, { secrets: configuration.alertSecrets, clock });
  const now = clock();
  const tenantId = tenantOf(destination);
  const text = 'This is a test of churn alerts; nothing happened.';
  const asOf = now.toISOString().slice(0, 10) as AsOfDate;
  const id = randomUUID();
  const alert = { id, tenantId, accountId: null, rule: 'test', asOf, owner: null, text, account: null };
  try {
    await channel.send({ id, tenantId, owner: null, subject: text, alerts: [alert], raisedAt: now });
    return true;
  } catch (error) {
    if (!(error instanceof DeliveryFailed)) throw error;
    throw new OperationFailed({
      where: `alerts to ${name}`,
      what: error.message,
      remedy: 'mend the destination in alerts.yaml or its variable, and try again',
      cause: error,
    });
  } finally {
    await channel.close();
  }
}

function tenantOf({ tenants }: AlertDestination): TenantId {
  return tenants === '*' ? tenantIdSchema.parse('platform') : tenants[0]!;
}
