import { createHmac } from 'node:crypto';
import type { Channel } from '../messages/channel.ts';
import { cloudEvent } from '../messages/cloud-event.ts';
import { postJson } from './post-json.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly clock: () => Date;
}

/** Posts CloudEvents (structured mode), signed so that the receiver knows who sent them, and when. */
export function webhookChannel({ url, secret, clock }: WebhookOptions): Channel {
  return {
    async send(message) {
      const body = JSON.stringify(cloudEvent(message));
      await postJson(url, body, {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'churn-signature': signature(secret, body, Math.floor(clock().getTime() / 1000)),
      });
    },
    close: async () => undefined,
  };
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA-256 of `<seconds>.<body>`. */
export function signature(secret: string, body: string, seconds: number): string {
  const hmac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hmac}`;
}
