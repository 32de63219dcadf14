import type { PromotedModel } from '../jobs/promote-model.ts';

/** What came of a promotion, in a sentence. */
export function describePromotion({ name, version, scope, previous, changed }: PromotedModel): string {
  const reference = `${name}@${version}`;
  if (!changed) return `${reference} is champion of ${scope} already; nothing was changed`;
  if (previous === null) return `${reference} is champion of ${scope}`;
  return `${reference} is champion of ${scope}, instead of ${previous.name}@${previous.version}`;
}
