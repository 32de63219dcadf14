/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { count } from './format.ts';

/** Days behind the platform's newest scores from which on a tenant's data counts as ended. */
const ENDED_DAYS = 8;

/** How many days a tenant's scores are behind the newest of the platform; 0 as long as that may be chance. */
export function daysEnded(asOf: string, newestAsOf: string): number {
  const days = Math.round((Date.parse(newestAsOf) - Date.parse(asOf)) / 86_400_000);
  return days >= ENDED_DAYS ? days : 0;
}

/** Says that nothing new came from a tenant for a while: it may have left, and its list is history. */
export function EndedDataNotice(props: { readonly asOf: string; readonly newestAsOf: string }) {
  const days = daysEnded(props.asOf, props.newestAsOf);
  if (days === 0) return null;
  return (
    <p class="notice bad">
      The data of this tenant ended on {props.asOf}, {count(days)} days before the newest of the platform.
      What follows is how its accounts stood then.
    </p>
  );
}
