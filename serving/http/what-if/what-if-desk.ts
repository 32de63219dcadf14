import { setTimeout } from 'node:timers/promises';
import type { Context } from 'hono';
import type { SharedModel } from '../../what-if/shared-model.ts';
import { UnreadableBody } from '../../what-if/unreadable-body.ts';
import type { Payer, WhatIfAnswer, WhatIfOrder } from '../../what-if/what-if-order.ts';
import type { WhatIfThreads } from '../../what-if/what-if-threads.ts';
import type { RowLimit } from '../admission/row-limit.ts';
import { JSON_BYTES_HEADER } from '../request-validation.ts';

/** What a route knows of a request to score what was posted, before its body is read. */
export interface WhatIfRequest extends Pick<WhatIfOrder, 'form' | 'model' | 'payer'> {
  readonly jsonBytes?: number | null;
  /** The same for a tenant that the body names. @throws Problem 404 where the token may not read it */
  readonly forTenant?: (tenantId: string) => Promise<{ readonly model: SharedModel; readonly payer: Payer }>;
}

/** Takes a request to the threads that score, and charges for its rows. */
export interface WhatIfDesk {
  /** @throws Problem 429 where the rows are used up, Error for a body that nothing can be scored from */
  answer(c: Context, request: WhatIfRequest): Promise<Response>;
}

export interface WhatIfDeskParts {
  readonly threads: WhatIfThreads;
  readonly rows: RowLimit;
}

/** The server takes in as much of a body by itself that nobody has read. */
const SMALL_BODY_BYTES = 64 * 1024;
const REFUSAL_PAUSE_MILLISECONDS = 500;

export function createWhatIfDesk({ threads, rows }: WhatIfDeskParts): WhatIfDesk {
  return {
    async answer(c, { form, model, payer, jsonBytes = null, forTenant }) {
      try {
        // Before the body is read: whoever has used up its rows costs next to nothing.
        rows.admit(payer);
      } catch (refused) {
        await takeIn(c);
        throw refused;
      }
      const body = new Uint8Array(await c.req.arrayBuffer());
      let order: WhatIfOrder = { form, model, payer, body, jsonBytes, namedTenant: null };
      let answer = await threads.answer(order);
      if (answer.kind === 'names tenant') {
        const named = await forTenant!(answer.tenantId);
        rows.admit(named.payer);
        order = { ...order, ...named, body: answer.body, namedTenant: answer.tenantId };
        answer = await threads.answer(order);
      }
      rows.charge(order.payer, rowsOf(answer));
      if (answer.kind !== 'scored')
        throw new UnreadableBody(answer.kind === 'unreadable' ? answer.errors : []);
      c.header('cache-control', 'no-store');
      if (answer.jsonBytes === null) return c.body(answer.body, 200, { 'content-type': 'application/json' });
      return c.body(answer.body, 200, {
        'content-type': 'application/octet-stream',
        [JSON_BYTES_HEADER]: String(answer.jsonBytes),
      });
    },
  };
}

/**
 * A client that still sends when it is answered may see a broken connection in the place of the answer, so a large body
 * is taken in for nothing. After a pause, because whoever asks again at once would keep the service busy with that.
 */
async function takeIn(c: Context): Promise<void> {
  if (Number(c.req.header('content-length') ?? Infinity) <= SMALL_BODY_BYTES) return;
  await setTimeout(REFUSAL_PAUSE_MILLISECONDS);
  await c.req.arrayBuffer();
}

/** A body that cannot be read costs as much as a row. */
function rowsOf(answer: WhatIfAnswer): number {
  return answer.kind === 'scored' ? answer.rowCount : 1;
}
