const WINDOW_TOKEN = /_(?:\d+d|\d+_days|week_?\d+|w\d+)(?=_|$)/g;

/**
 * What a feature measures, whatever the window: its name without window tokens.
 * Windows of one measure are so correlated that a model spreads one effect over all of them.
 *
 * @example measureOf('active_days_28d') // 'active_days'
 * @example measureOf('events_week_03') // 'events'
 */
export function measureOf(name: string): string {
  return name.replace(WINDOW_TOKEN, '');
}
