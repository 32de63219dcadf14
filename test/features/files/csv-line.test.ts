import { expect, test } from 'vitest';
import { csvLine } from '../../../features/files/csv-line.ts';

test('quotes what would break a line, and leaves nothing for null', () => {
  expect(csvLine(['a', 1.5, null, undefined, 'b,c', 'say "no"', 'two\nlines', ''])).toBe(
    'a,1.5,,,"b,c","say ""no""","two\nlines",',
  );
});
