import { LRUCache } from 'lru-cache';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { answerAccounts } from './answer-accounts.ts';
import { answerTensors } from './answer-tensors.ts';
import { type OpenModel, openSharedModel, type SharedModel } from './shared-model.ts';
import { takeTurns } from './take-turns.ts';
import { UnreadableBody } from './unreadable-body.ts';
import type { WhatIfAnswer, WhatIfOrder } from './what-if-order.ts';

/** Models open in one thread. Their weights are shared; what each opens around them is a few megabytes. */
const OPEN_MODELS = 32;
/** To read a body of so many bytes takes about as long as to score a row. */
const BYTES_LIKE_A_ROW = 16 * 1024;

const open = new LRUCache<string, OpenModel>({ max: OPEN_MODELS });
const take = takeTurns();

/** What a thread does with an order. Several are under way at a time and take turns. */
export async function answerOrder(order: WhatIfOrder): Promise<WhatIfAnswer> {
  const answer = order.form === 'accounts' ? answerAccounts : answerTensors;
  const beginRows = Math.ceil(order.body.length / BYTES_LIKE_A_ROW);
  try {
    const answered = await take(order.payer, beginRows, answer(opened(order.model), order));
    return 'body' in answered ? moved(answered) : answered;
  } catch (error) {
    if (error instanceof UnreadableBody) return { kind: 'unreadable', errors: error.errors };
    throw error;
  }
}

function opened(shared: SharedModel): OpenModel {
  const before = open.get(shared.id);
  if (before !== undefined) return before;
  const model = openSharedModel(shared);
  open.set(shared.id, model);
  return model;
}

/** Its bytes go back without a copy. */
function moved(answer: Extract<WhatIfAnswer, { readonly body: unknown }>): WhatIfAnswer {
  return move({ [transferableSymbol]: answer.body.buffer, [valueSymbol]: answer }) as unknown as WhatIfAnswer;
}
