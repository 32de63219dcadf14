import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Payer, WhatIfAnswer, WhatIfOrder } from './what-if-order.ts';

/** Where orders are answered, beside the thread that answers requests. */
export interface WhatIfThreads {
  /** Starts threads before the first order needs them. */
  start(): void;
  /**
   * The order's body is handed over.
   *
   * @throws TooManyOrders where too many wait already
   */
  answer(order: WhatIfOrder): Promise<WhatIfAnswer>;
  /** Ends once orders under way are answered. */
  stop(): Promise<void>;
}

export interface WhatIfThreadsOptions {
  /** One core is left to requests; more than a few threads are of no use to people who ask what if. */
  readonly threads?: number;
}

/** Orders that wait would hold memory for longer than their senders have patience. */
export class TooManyOrders extends Error {
  /** Whose orders they are. */
  readonly of: 'subject' | 'tenant' | 'all';

  constructor(of: TooManyOrders['of']) {
    super(`too many orders of ${of} wait`);
    this.of = of;
  }
}

const MOST_THREADS = 4;
const WAITING_OF_SUBJECT = 16;
const WAITING_OF_TENANT = 32;
const WAITING = 256;
const WAITING_BYTES = 64 * 1024 * 1024;
/** Whoever reads a list is served first. Elsewhere than on Linux it would be the priority of the whole process. */
const NICE = process.platform === 'linux' ? 10 : 0;

export function createWhatIfThreads({
  threads = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)),
}: WhatIfThreadsOptions = {}): WhatIfThreads {
  const waiting = countWaiting();
  let pool: Piscina<WhatIfOrder, WhatIfAnswer> | null = null;
  const started = () => {
    pool ??= new Piscina<WhatIfOrder, WhatIfAnswer>({
      filename: new URL('what-if-worker.mjs', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      // Orders take turns in a thread, so that each is under way at once.
      concurrentTasksPerWorker: WAITING,
      // Between turns a thread receives orders, which it would not while it waits for atomics.
      atomics: 'disabled',
      niceIncrement: NICE,
      recordTiming: false,
    });
    return pool;
  };
  return {
    start() {
      started();
    },
    async answer(order) {
      const release = waiting.add(order.payer, order.body.length);
      try {
        return await started().run(order, { transferList: [order.body.buffer] });
      } finally {
        release();
      }
    },
    async stop() {
      await pool?.close();
    },
  };
}

function countWaiting() {
  const counts = new Map<string, number>();
  let orders = 0;
  let bytes = 0;
  function add(key: string, by: number): void {
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  }
  return {
    /** @returns how to take it away again @throws TooManyOrders */
    add({ tenantId, subject }: Payer, size: number): () => void {
      const keys = [`subject ${subject}`, ...(tenantId === null ? [] : [`tenant ${tenantId}`])];
      if ((counts.get(keys[0]!) ?? 0) >= WAITING_OF_SUBJECT) throw new TooManyOrders('subject');
      if (keys[1] !== undefined && (counts.get(keys[1]) ?? 0) >= WAITING_OF_TENANT)
        throw new TooManyOrders('tenant');
      if (orders >= WAITING || bytes + size > WAITING_BYTES) throw new TooManyOrders('all');
      const change = (by: 1 | -1) => {
        for (const key of keys) add(key, by);
        orders += by;
        bytes += by * size;
      };
      change(1);
      return () => change(-1);
    },
  };
}
