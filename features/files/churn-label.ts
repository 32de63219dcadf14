import { readBoolean } from '../contract/boolean-words.ts';

const CHURNED = [
  'churn',
  'churned',
  'left',
  'lost',
  'gone',
  'cancelled',
  'canceled',
  'attrited',
  'exited',
  'inactive',
];
const RETAINED = [
  '-1',
  'not churned',
  'non churned',
  'no churn',
  'retained',
  'stayed',
  'stay',
  'kept',
  'active',
  'existing',
  'current',
  'loyal',
];

/**
 * What a label means, in the words that tables use for it: 1 churned, 0 did not, undefined when it is neither.
 *
 * @example parseChurnLabel('Attrited Customer') // 1
 */
export function parseChurnLabel(text: string): 0 | 1 | undefined {
  const word = text
    .toLowerCase()
    .trim()
    .replace(/\.0*$/, '')
    .replace(/ customer$/, '')
    .replaceAll(/(?<=\p{L})[_-]/gu, ' ');
  const answer = readBoolean(word);
  if (answer !== undefined) return answer ? 1 : 0;
  if (CHURNED.includes(word)) return 1;
  return RETAINED.includes(word) ? 0 : undefined;
}
