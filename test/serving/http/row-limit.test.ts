import { expect, it } from 'vitest';
import { rowLimit } from '../../../serving/http/admission/row-limit.ts';
import { tenant } from '../small-marts.ts';

const PER_MINUTE = 600;
const BURST = 100;

it.each([1, 37, 1_000, 20_000])(
  'admits as many rows over time as the limit says, asked for %d at a time as often as they are admitted',
  (rowCount) => {
    let now = Date.parse('2026-11-17T08:00:00Z');
    const rows = rowLimit({ rowsPerMinute: PER_MINUTE, clock: () => new Date(now) });
    const payer = { tenantId: tenant('acme'), subject: 'eve' };
    let admitted = 0;
    const hours = 4;
    for (let second = 0; second < hours * 3600; second += 0.5, now += 500)
      for (;;) {
        try {
          rows.admit(payer);
        } catch {
          break;
        }
        rows.charge(payer, rowCount);
        admitted += rowCount;
      }
    const allowed = PER_MINUTE * 60 * hours;
    expect(admitted).toBeGreaterThan(allowed - rowCount);
    expect(admitted).toBeLessThanOrEqual(allowed + BURST + rowCount);
  },
);

it('takes nothing back from a clock that is set back', () => {
  let now = Date.parse('2026-11-17T08:00:00Z');
  const rows = rowLimit({ rowsPerMinute: PER_MINUTE, clock: () => new Date(now) });
  const payer = { tenantId: null, subject: 'eve' };
  rows.charge(payer, 90);
  now -= 3_600_000;
  rows.admit(payer);
  rows.charge(payer, 1);
  now += 1_000;
  rows.admit(payer);
});
