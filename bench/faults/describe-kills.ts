import type { Kill } from './kills.ts';

/** Kills by where they hit, with what was found then and after the next run. */
export function describeKills(kills: readonly Kill[]): string {
  const places = [...new Set(kills.map(({ at }) => at))].sort();
  const rows = [...places, 'all'].map((place) => {
    const here = place === 'all' ? kills : kills.filter(({ at }) => at === place);
    const count = (of: (kill: Kill) => boolean) => here.filter(of).length;
    return [
      place,
      here.length,
      count(({ mart }) => mart === 'old'),
      count(({ mart }) => mart === 'new'),
      count(({ mart, published }) => mart === 'torn' || published === 'torn'),
      count(({ nextStatus }) => nextStatus === 0),
      count(({ isWhole }) => isWhole),
      count(({ leftBehind }) => leftBehind.length > 0),
    ];
  });
  const seconds = kills.map(({ nextSeconds }) => nextSeconds).sort((left, right) => left - right);
  return [
    '| killed during | kills | old scores | new scores | torn | next command exits 0 | every tenant has the day | left behind |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `the next command took ${seconds[seconds.length >> 1]?.toFixed(1)} s in the median, ${seconds.at(-1)?.toFixed(1)} s at most`,
    ...kills.filter(isKillFault).map((kill) => `broken: ${JSON.stringify(kill)}`),
  ].join('\n');
}

export function isKillFault({ mart, published, nextStatus, isWhole, leftBehind }: Kill): boolean {
  return mart === 'torn' || published === 'torn' || nextStatus !== 0 || !isWhole || leftBehind.length > 0;
}
