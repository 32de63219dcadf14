import { tellDriver } from '../../models/scoring/drivers/tell-driver.ts';
import { inPieces } from './in-pieces.ts';
import { postedAccounts } from './posted-accounts.ts';
import { readPostedRows } from './posted-rows.ts';
import { readBody } from './read-body.ts';
import type { OpenModel } from './shared-model.ts';
import type { Work } from './take-turns.ts';
import type { WhatIfAnswer, WhatIfOrder } from './what-if-order.ts';
import { type WhatIfResponse, whatIfRequestSchema } from './what-if-schemas.ts';

/**
 * Scores accounts that were posted one by one.
 *
 * @throws UnreadableBody for a body that is none of accounts
 */
export function* answerAccounts(
  { model, vocabulary, bounds }: OpenModel,
  { payer, body }: WhatIfOrder,
): Work<WhatIfAnswer> {
  const { accounts, drivers_per_account: driversPerRow } = readBody(body, whatIfRequestSchema);
  const rows = readPostedRows(postedAccounts(accounts), model.featureSet, bounds);
  const predictions: WhatIfResponse['predictions'] = [];
  for (const piece of inPieces(rows)) {
    const { probabilities, bands, drivers } = yield {
      model,
      rows: piece,
      tenantId: payer.tenantId,
      driversPerRow,
    };
    for (let row = 0; row < piece.rowCount; row++)
      predictions.push({
        churn_probability_30d: probabilities[0]![row]!,
        churn_probability_60d: probabilities[1]![row]!,
        churn_probability_90d: probabilities[2]![row]!,
        risk_band: bands[row]!,
        drivers: drivers[row]!.map((driver) => tellDriver(driver, vocabulary, 'score')),
      });
  }
  const response: WhatIfResponse = {
    // Only a token for the path's tenant comes this far.
    tenant_id: payer.tenantId!,
    model_name: model.name,
    model_version: model.version,
    predictions,
    ...rows.notes,
  };
  return {
    kind: 'scored',
    rowCount: rows.rowCount,
    body: new TextEncoder().encode(JSON.stringify(response)),
    jsonBytes: null,
  };
}
