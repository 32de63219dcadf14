import { createTransport } from 'nodemailer';
import { reasonOf } from '../../../features/contract/failure.ts';
import { type Channel, DeliveryFailed } from '../messages/channel.ts';
import type { Message } from '../messages/message.ts';

export interface EmailOptions {
  /** smtp://user:password@host:port, or smtps://… */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Addresses by owner. */
  readonly owners: Readonly<Record<string, string>>;
}

const TIMEOUT_MILLISECONDS = 20_000;

/** Mail by SMTP, in plain text. What concerns one owner's accounts goes to that owner where an address is known. */
export function emailChannel({ server, from, to, owners }: EmailOptions): Channel {
  const transport = createTransport({ url: server, connectionTimeout: TIMEOUT_MILLISECONDS });
  return {
    async send(message) {
      const own = message.owner === null ? undefined : owners[message.owner];
      try {
        await transport.sendMail({
          from,
          to: own === undefined ? [...to] : [own],
          subject: oneLine(message.subject),
          text: mailText(message),
          // The same message has the same id, so that mail programs show a double once.
          messageId: `<${message.id}@churn.invalid>`,
        });
      } catch (error) {
        const { responseCode = 0 } = error as { responseCode?: number };
        const isFinal = responseCode >= 550 && responseCode < 555;
        throw new DeliveryFailed(`the mail server did not take it (${oneLine(reasonOf(error))})`, {
          isFinal,
          cause: error,
        });
      }
    },
    close: async () => transport.close(),
  };
}

function mailText({ alerts }: Message): string {
  return alerts
    .map(({ text, account }) =>
      [text, ...(account?.reasons ?? []).map((reason) => `  - ${reason}`)].join('\n'),
    )
    .join('\n\n');
}

/** A name with a line break must not begin a header of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
