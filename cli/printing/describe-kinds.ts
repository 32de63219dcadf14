import type { CountedEventType, ShownKinds } from '../jobs/show-kinds.ts';

/** The kinds for a terminal: a paragraph each, and one for what nothing maps. */
export function describeKinds(shown: ShownKinds, width: number): string {
  const { kinds, unmapped, unmapped_share: share, window_days, grid_start, grid_step_days } = shown;
  return [
    ...kinds.map((kind) =>
      [
        `${kind.activity_kind}: ${kind.label} (${kind.unit}; ${RISK[kind.risk_when]})`,
        ...wrapped(kind.event_types, width),
      ].join('\n'),
    ),
    ...(unmapped.length === 0
      ? []
      : [
          [
            `not mapped, counted as other: ${unmapped.length} event ${unmapped.length === 1 ? 'type' : 'types'}, ${percent(share!)} of the events`,
            ...wrapped(unmapped, width),
          ].join('\n'),
        ]),
    `windows: ${window_days.join(', ')} days\nas-of dates: every ${grid_step_days} days from ${grid_start} on`,
  ].join('\n\n');
}

const RISK = {
  low: 'little of it raises the risk',
  high: 'much of it raises the risk',
  either: 'either may raise the risk',
};

function wrapped(types: readonly CountedEventType[], width: number): string[] {
  if (types.length === 0) return ['  no event type'];
  const lines: string[] = [];
  let line = ' ';
  for (const [index, { event_type, event_count }] of types.entries()) {
    const count = event_count === null ? '' : ` ${event_count.toLocaleString('en-US')}`;
    const word = ` ${event_type}${count}${index < types.length - 1 ? ',' : ''}`;
    if (line.length + word.length > width && line.trim() !== '') {
      lines.push(line);
      line = ' ';
    }
    line += word;
  }
  return [...lines, line];
}

/** @example percent(0.0004) // 'less than 0.1 %' */
function percent(share: number): string {
  return share < 0.001 ? 'less than 0.1 %' : `${(100 * share).toFixed(1)} %`;
}
