import { type LoggerInterface, parse, View } from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';
import { display } from './display.ts';

const GREY = '#5b6b7b';
const THEME: Config = {
  background: 'white',
  font: 'system-ui, sans-serif',
  padding: 8,
  view: { stroke: null },
  axis: {
    labelLimit: 260,
    labelColor: GREY,
    titleColor: GREY,
    titleFontWeight: 'normal',
    gridColor: '#e8ecf0',
    domainColor: '#9aa7b4',
    tickColor: '#9aa7b4',
    labelFontSize: 11,
    titleFontSize: 12,
  },
  header: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: '#1c2733',
    titleColor: GREY,
    titleFontWeight: 'normal',
  },
  legend: {
    labelLimit: 260,
    labelFontSize: 11,
    titleFontSize: 12,
    titleColor: GREY,
    titleFontWeight: 'normal',
  },
  title: {
    anchor: 'start',
    fontSize: 14,
    subtitleColor: GREY,
    subtitleFontSize: 12,
    color: '#1c2733',
    offset: 12,
  },
};

/** The same colours in every plot. Colour-blind readers can tell them apart. */
export const COLOURS = { churned: '#c2410c', stayed: '#1f6feb', reference: '#9aa7b4' } as const;

/**
 * Draws a Vega-Lite plot as SVG, so that it looks the same in Jupyter, on a code host and in an exported page.
 *
 * @example await plot({ data: { values }, mark: 'bar', encoding: { … } })
 */
export async function plot(specification: TopLevelSpec): Promise<void> {
  const { spec } = compile({ ...specification, config: THEME } as TopLevelSpec, {
    logger: strictLogger,
  });
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    await display({ 'image/svg+xml': await view.toSVG() });
  } finally {
    view.finalize();
  }
}

/** Vega-Lite warns and draws a plot without the parts it cannot draw. Such a plot is wrong. */
const strictLogger: LoggerInterface = {
  level: ((level?: number) => (level === undefined ? 0 : strictLogger)) as LoggerInterface['level'],
  error: refuse,
  warn: refuse,
  info: () => strictLogger,
  debug: () => strictLogger,
};

function refuse(...complaint: readonly unknown[]): never {
  throw new TypeError(`The plot cannot be drawn as it is written: ${complaint.join(' ')}`);
}
