import type { FaultyNights } from './nights.ts';

/** The share of tenant-nights that are to land by their deadline. */
const PROMISED = 0.99;

/** Nights by what hit them, then the promises and what came of them. */
export function describeNights({ nights, comparison }: FaultyNights): string {
  const kinds = [...new Set(nights.flatMap(({ faults }) => faults.map(kindOf)))].sort();
  const rows = [...kinds, 'none'].map((kind) => {
    const hit = nights.filter(({ faults }) =>
      kind === 'none' ? faults.length === 0 : faults.some((fault) => kindOf(fault) === kind),
    );
    const times = hit.reduce(
      (sum, { faults }) => sum + faults.filter((fault) => kindOf(fault) === kind).length,
      0,
    );
    const sum = (of: (night: (typeof nights)[number]) => number) =>
      hit.reduce((total, night) => total + of(night), 0);
    return [
      kind,
      kind === 'none' ? '' : times,
      hit.length,
      sum(({ attempts }) => attempts.length),
      `${sum(({ landed }) => landed)} of ${sum(({ expected }) => expected)}`,
      Math.max(0, ...hit.map(({ seconds }) => seconds)).toFixed(0),
    ];
  });
  const { landed, expected } = totals({ nights, comparison });
  const { events, lost, doubled, inAnotherTenant, scoresDoubled, scoresInAnotherTenant } = comparison;
  return [
    '| fault | times | nights | attempts | tenant-nights landed | longest night, s |',
    '|---|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `landed by the deadline: ${landed} of ${expected} tenant-nights, ${((100 * landed) / expected).toFixed(2)} %`,
    `of ${events} events: ${lost} lost, ${doubled} doubled, ${inAnotherTenant} in another tenant`,
    `score rows: ${scoresDoubled} doubled, ${scoresInAnotherTenant} in another tenant`,
    `nights that left something behind: ${nights.filter(({ leftBehind }) => leftBehind.length > 0).length}`,
    ...nights
      .filter(({ missing }) => missing.length > 0)
      .map(
        ({ night, missing, faults }) => `missing on ${night}: ${missing.join(', ')} (${faults.join(', ')})`,
      ),
  ].join('\n');
}

export function isNightFault(all: FaultyNights): boolean {
  const { landed, expected } = totals(all);
  const { events: _, ...wrong } = all.comparison;
  return landed / expected <= PROMISED || Object.values(wrong).some((count) => count > 0);
}

function totals({ nights }: FaultyNights) {
  const sum = (of: (night: (typeof nights)[number]) => number) =>
    nights.reduce((total, night) => total + of(night), 0);
  return { landed: sum(({ landed }) => landed), expected: sum(({ expected }) => expected) };
}

function kindOf(fault: string): string {
  return fault.replace(/^(late|doubled|silent|renamed) .*/, '$1');
}
