/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AccountRisk } from '../read-model/score-documents.ts';
import { interval } from './format.ts';

/** How sure the 90-day chance is, under it. */
export function Interval(props: {
  readonly account: Pick<AccountRisk, 'churn_probability_90d_low' | 'churn_probability_90d_high'>;
}) {
  const range = interval(props.account);
  if (range === null) return null;
  return (
    <div class="dim small" title="80 % interval">
      {range}
    </div>
  );
}
