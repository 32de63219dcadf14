import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../serving/risk-list/display-width.ts';
import type { RiskListRow } from '../../../serving/risk-list/read-risk-list.ts';
import { renderRiskList } from '../../../serving/risk-list/render-risk-list.ts';

const northwind: RiskListRow = {
  rank: 1,
  accountId: 'acct-17',
  name: 'Northwind Traders',
  owner: 'ana',
  band: 'critical',
  probability90d: 0.8731,
  previousProbability90d: 0.7523,
  mrr: 4940,
  mrrAtRisk: 4313.1,
  renewsAt: new Date('2026-12-14T00:00:00Z'),
  reasons: [
    'Active days in the last 28 days fell to 3; accounts like this typically show 14',
    'No e-mail was answered for 41 days; accounts like this typically answer within 6',
    'A third reason that nobody has room for',
  ],
};
const bare: RiskListRow = {
  ...northwind,
  rank: 12,
  accountId: 'acct-4',
  name: null,
  band: 'low',
  probability90d: 0.041,
  previousProbability90d: null,
  mrr: null,
  mrrAtRisk: null,
  renewsAt: null,
  reasons: [],
};

describe('renderRiskList', () => {
  it('fits a list into 120 columns', () => {
    expect(renderRiskList([northwind, bare], { width: 120 })).toMatchInlineSnapshot(`
      " #  Account                                                         Band      90 days    Change  MRR at risk  Renews
      ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
       1  Northwind Traders (acct-17)                                     critical   87.3 %  +12.1 pp        4,313  2026-12-14
          • Active days in the last 28 days fell to 3; accounts like this typically show 14
          • No e-mail was answered for 41 days; accounts like this typically answer within 6
      12  acct-4                                                          low         4.1 %       new            –  –"
    `);
  });

  it.each([80, 100, 120, 200])('fits into %i columns with any name or reason', (width) => {
    const long = {
      ...northwind,
      name: '日本の会社 '.repeat(30),
      reasons: ['word '.repeat(100), 'x'.repeat(400)],
    };
    const lines = renderRiskList([northwind, long, bare], { width }).split('\n');
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    const columnEnds = lines
      .filter((line) => /%/.test(line))
      .map((line) => displayWidth(line.split('%')[0]!));
    expect(new Set(columnEnds).size).toBe(1);
  });

  it('shows changes, and none that only rounding makes', () => {
    const changeOf = (previousProbability90d: number | null) =>
      renderRiskList([{ ...northwind, previousProbability90d }], { width: 120 }).split('\n')[2];
    expect(changeOf(0.7523)).toContain('+12.1 pp');
    expect(changeOf(0.9)).toContain('−2.7 pp');
    expect(changeOf(0.8731001)).toMatch(/% +=/);
    expect(changeOf(null)).toMatch(/% +new/);
  });

  it('colours only on request, and never lets a name control the terminal', () => {
    const hostile = { ...northwind, name: '\x1b[2Jgone', reasons: ['\x1b]0;title\x07'] };
    const plain = renderRiskList([hostile], { width: 120 });
    expect(plain).not.toContain('\x1b');
    expect(renderRiskList([northwind], { width: 120, isColoured: true })).toContain('\x1b[1;31mcritical');
  });

  it('says so when the list is empty', () => {
    expect(renderRiskList([], { width: 120 })).toBe('No account is listed');
  });
});
