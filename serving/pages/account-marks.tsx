/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AccountRisk } from '../read-model/score-documents.ts';

/** What a reader must know before calling: the account may be gone in all but name. */
export function accountMarks(
  account: Pick<AccountRisk, 'renews_at'>,
  weeks: readonly number[] | null,
  asOf: string,
): string[] {
  const isOverdue = account.renews_at !== null && account.renews_at.slice(0, 10) < asOf;
  return [
    ...(isOverdue ? ['renewal overdue'] : []),
    ...(weeks?.every((events) => events === 0) ? [`silent for ${weeks.length} weeks`] : []),
  ];
}

export function AccountMarks(props: {
  readonly account: Pick<AccountRisk, 'renews_at'>;
  readonly weeks: readonly number[] | null;
  readonly asOf: string;
}) {
  const marks = accountMarks(props.account, props.weeks, props.asOf);
  if (marks.length === 0) return null;
  return (
    <div>
      {marks.map((mark) => (
        <>
          <span class="mark">{mark}</span>{' '}
        </>
      ))}
    </div>
  );
}
