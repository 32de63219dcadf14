import { expect, it } from 'vitest';
import { isDamage } from '../../../features/warehouse/duckdb/damaged.ts';

it('tells a damaged file from values that only speak of damage', () => {
  for (const message of [
    'IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2',
    'Serialization Error: Failed to deserialize',
    'INTERNAL Error: Failure while replaying WAL file',
  ])
    expect(isDamage(message), message).toBe(true);
  for (const message of [
    'Constraint Error: Duplicate key "account_id: corrupt-1" violates primary key constraint',
    "Conversion Error: Could not convert string 'checksum' to INT32",
    'Error: Binder Error: Referenced column "corrupt" not found',
    'Out of Memory Error: could not allocate block',
  ])
    expect(isDamage(message), message).toBe(false);
});
