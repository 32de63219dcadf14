import { z } from 'zod';
import { BadInput, reasonOf } from '../../../features/contract/failure.ts';
import { type Channel, DeliveryFailed } from '../messages/channel.ts';
import { cloudEvent } from '../messages/cloud-event.ts';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** The part of @platformatic/kafka that is used. Its users install it; nobody else carries it. */
interface KafkaProducer {
  send(request: {
    readonly acks: number;
    readonly messages: readonly {
      readonly topic: string;
      readonly key: string;
      readonly value: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  }): Promise<unknown>;
  close(): Promise<void>;
}

const clientSchema = z.object({
  Producer: z.custom<new (options: Readonly<Record<string, unknown>>) => KafkaProducer>(
    (value) => typeof value === 'function',
  ),
  stringSerializers: z.unknown(),
});

/** Kept in a variable, so that neither the compiler nor a bundler looks for what need not be installed. */
const CLIENT: string = '@platformatic/kafka';

/**
 * CloudEvents in binary mode, acknowledged by all replicas, keyed by tenant and account, so that one account's stay in order.
 *
 * @throws BadInput where the client is not installed
 */
export async function kafkaChannel({ brokers, topic }: KafkaOptions): Promise<Channel> {
  const { Producer, stringSerializers } = await loadClient();
  const producer = new Producer({
    clientId: 'churn',
    bootstrapBrokers: [...brokers],
    serializers: stringSerializers,
    idempotent: true,
    retries: 3,
    timeout: 10_000,
  });
  return {
    async send(message) {
      const { data, datacontenttype, ...attributes } = cloudEvent(message);
      const headers = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]),
      );
      const key = JSON.stringify([attributes.tenantid, attributes.subject]);
      const event = {
        topic,
        key,
        value: JSON.stringify(data),
        headers: { ...headers, 'content-type': datacontenttype },
      };
      try {
        await producer.send({ acks: -1, messages: [event] });
      } catch (error) {
        throw new DeliveryFailed(`the broker did not take it (${reasonOf(error)})`, { cause: error });
      }
    },
    close: () => producer.close(),
  };
}

async function loadClient(): Promise<z.infer<typeof clientSchema>> {
  try {
    return clientSchema.parse(await import(CLIENT));
  } catch (error) {
    throw new BadInput({
      where: 'alerts to Kafka',
      what: `${CLIENT} is not installed, or of a version that is not known here`,
      remedy: `npm install ${CLIENT}@1.35.0 beside churn`,
      cause: error,
    });
  }
}
