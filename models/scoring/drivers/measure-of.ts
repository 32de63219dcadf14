const WINDOW_TOKEN = /_(?:\d+d|\d+_days|week_?\d+|w\d+)(?=_|$)/g;

/**
 * What a feature measures, whatever the window: its name without window tokens.
 * Windows of one measure are so correlated that a model spreads one effect over all of them.
 *
 * @example featureKind('active_days_28d') // 'active_days'
 * @example featureKind('events_week_03') // 'events'
 */
export function featureKind(name: string): string {
  return name.replace(WINDOW_TOKEN, '');
}
