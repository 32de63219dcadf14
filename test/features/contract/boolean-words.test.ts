import { expect, test } from 'vitest';
import { readBoolean } from '../../../features/contract/boolean-words.ts';

test.each([
  [' Yes ', true],
  ['T', true],
  ['1', true],
  ['no', false],
  ['FALSE', false],
  ['0', false],
  ['', undefined],
  ['2', undefined],
  ['maybe', undefined],
])('%j reads as %s', (text, expected) => {
  expect(readBoolean(text)).toBe(expected);
});
