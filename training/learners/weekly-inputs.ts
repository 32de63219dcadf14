import { type Encoder, encodingOfInput } from '../../models/encoding/encoder.ts';

/** A measure and how many weeks before the as-of date it was counted. */
const WEEKLY_NAME = /^(?<measure>.+?)_(?:week_?|w)(?<week>\d+)(?<rest>_.+)?$/;
/** Fewer weeks are windows like others, and no series. */
const LEAST_WEEKS = 6;

/**
 * Positions of the scaled weekly counts among an encoder's inputs: series by series, each in the order of its weeks.
 *
 * @example of the columns events_week_01 … events_week_12: the twelve inputs that hold their scaled values
 */
export function weeklyInputs(encoder: Encoder): number[] {
  const inputOf = encodingOfInput(encoder);
  const series = new Map<string, { week: number; input: number }[]>();
  encoder.encodings.forEach((encoding, index) => {
    const { measure, week, rest = '' } = WEEKLY_NAME.exec(encoding.feature)?.groups ?? {};
    if (measure === undefined || encoding.kind !== 'number' || !encoding.linear) return;
    const name = `${measure} ${rest}`;
    // The scaled value is the first of a feature's inputs.
    const place = { week: Number(week), input: inputOf.indexOf(index) };
    series.set(name, [...(series.get(name) ?? []), place]);
  });
  return [...series.values()]
    .filter((weeks) => weeks.length >= LEAST_WEEKS)
    .flatMap((weeks) => weeks.sort((left, right) => left.week - right.week).map(({ input }) => input));
}
