import type { Message } from './message.ts';

/** A way to a destination. */
export interface Channel {
  /** Resolves once the other side has taken it. @throws DeliveryFailed */
  send(message: Message): Promise<void>;
  close(): Promise<void>;
}

/** The other side did not take a message. */
export class DeliveryFailed extends Error {
  /** Whether trying again is no use: the other side understood and refused. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false, cause }: { isFinal?: boolean; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.isFinal = isFinal;
  }
}
