/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { activityWords } from './activity-words.ts';
import { Sparkline } from './charts/sparkline.tsx';

/** Twelve weeks of activity as a line, and in words for who does not see it. */
export function ActivityCell({ weeks }: { readonly weeks: readonly number[] | null }) {
  if (weeks === null) return <span class="dim">–</span>;
  const words = activityWords(weeks);
  return (
    <span title={words}>
      <Sparkline values={weeks} />
      <span class="unseen">{words}</span>
    </span>
  );
}
