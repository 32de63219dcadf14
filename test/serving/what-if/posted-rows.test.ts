import { describe, expect, it } from 'vitest';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { postedAccounts } from '../../../serving/what-if/posted-accounts.ts';
import { readPostedRows } from '../../../serving/what-if/posted-rows.ts';
import { UnreadableBody } from '../../../serving/what-if/unreadable-body.ts';
import { smallFeatureSet } from '../linear-model.ts';

const { features, ...rest } = smallFeatureSet;
const WITH_BOOLEAN: FeatureSet = {
  ...rest,
  features: [{ ...features[0]!, name: 'is_paying', type: 'boolean' }],
};

const read = (value: string | number | boolean | null) =>
  readPostedRows(postedAccounts([{ is_paying: value }]), WITH_BOOLEAN, new Map()).numbers[0];

describe('readPostedRows', () => {
  it.each([
    ['yes', 1],
    [' Y ', 1],
    ['T', 1],
    ['no', 0],
    ['false', 0],
    ['1', 1],
    [true, 1],
    [0, 0],
    ['0.5', 0.5],
  ])('reads %j for a boolean as a table would', (value, expected) => {
    expect(read(value)).toBe(expected);
  });

  it.each([null, ''])('takes %j for unknown', (value) => {
    expect(read(value)).toBeNaN();
  });

  it('says where a word stands that is no boolean', () => {
    expect(() => read('perhaps')).toThrow(UnreadableBody);
    expect(() => read('perhaps')).toThrow(
      'accounts[0].is_paying should be a boolean, or null where it is unknown',
    );
  });
});
