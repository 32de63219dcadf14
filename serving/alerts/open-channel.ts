import { BadInput } from '../../features/contract/failure.ts';
import type { AlertDestination } from './alert-settings.ts';
import type { Channel } from './messages/channel.ts';

export interface ChannelOptions {
  /** Addresses and keys by the name of their environment variable. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly clock: () => Date;
}

/** @throws BadInput for a key that the environment does not have, and for a client that is not installed */
export async function openChannel(
  { name, to }: AlertDestination,
  { secrets, clock }: ChannelOptions,
): Promise<Channel> {
  const secret = (variable: string): string => {
    const value = secrets[variable];
    if (value !== undefined) return value;
    throw new BadInput({
      where: `alerts to ${name}`,
      what: `${variable} is not set`,
      remedy: 'set it in the environment of the night',
    });
  };
  if ('webhook' in to) {
    const { webhookChannel } = await import('./destinations/webhook.ts');
    return webhookChannel({ url: to.webhook.url, secret: secret(to.webhook.secret), clock });
  }
  if ('slack' in to) {
    const { slackChannel } = await import('./destinations/slack.ts');
    return slackChannel({ url: secret(to.slack.webhook) });
  }
  if ('email' in to) {
    const { emailChannel } = await import('./destinations/email.ts');
    return emailChannel({ ...to.email, server: secret(to.email.server) });
  }
  const { kafkaChannel } = await import('./destinations/kafka.ts');
  return kafkaChannel(to.kafka);
}
