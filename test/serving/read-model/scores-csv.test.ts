import { describe, expect, it } from 'vitest';
import type { AccountRisk } from '../../../serving/read-model/score-documents.ts';
import { scoresCsv, scoresSpreadsheet } from '../../../serving/read-model/scores-csv.ts';

const named = (name: string): AccountRisk =>
  ({ account_id: 'a1', name, change_90d: -0.25, mrr: -10, drivers: [] }) as unknown as AccountRisk;
const nameIn = (csv: string) => /^[^\r]*\r\n,a1,("(?:[^"]|"")*"|[^,]*),/.exec(csv)![1]!;

describe('a list for a spreadsheet', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\rx',
    '\nx',
    '  =1',
    '\u00a0=1',
    '\u200b=1',
    '\ufeff=1',
    '\uff1d1',
    ' \t +1',
  ])('defuses %j', (name) => {
    expect(
      nameIn(scoresCsv([named(name)]))
        .replace(/^"/, '')
        .startsWith("'"),
    ).toBe(true);
  });

  it.each(['Müller & Söhne', 'a=b', '1 = 1', '', '3-D prints'])('leaves %j as it is', (name) => {
    expect(nameIn(scoresCsv([named(name)]))).toBe(name);
  });

  it('leaves numbers numbers', () => {
    expect(scoresCsv([named('x')])).toContain(',-0.25,-10,');
  });

  it('begins with a byte order mark, and the same for programs does not', () => {
    expect(scoresSpreadsheet([named('x')])).toBe(`\ufeff${scoresCsv([named('x')])}`);
  });
});
