/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type ScoresQuery, SORTS, type SortName } from '../read-model/scores-query.ts';

/** A head that sorts by its column; the one that does already turns the order round. */
export function SortHead(props: {
  readonly sort: SortName;
  readonly label: string;
  /** What is sorted by, where the label does not say. */
  readonly name?: string;
  readonly isNumber?: boolean;
  readonly query: Pick<ScoresQuery, 'sort' | 'order'>;
  readonly link: (changes: Readonly<Record<string, string | undefined>>) => string;
}) {
  const { sort, label, name = label, isNumber = false, query, link } = props;
  const usual = SORTS[sort].order;
  const current = query.sort === sort ? (query.order ?? usual) : null;
  const reversed = usual === 'asc' ? 'desc' : 'asc';
  const order = current === usual ? reversed : undefined;
  return (
    <th
      scope="col"
      class={isNumber ? 'number' : undefined}
      aria-sort={current === null ? undefined : current === 'asc' ? 'ascending' : 'descending'}
    >
      <a
        href={link({ sort: sort === 'risk' ? undefined : sort, order })}
        title={`Sort by ${name.toLowerCase()}`}
      >
        {label}
        {current === null ? null : <span aria-hidden="true">{current === 'asc' ? ' ↑' : ' ↓'}</span>}
      </a>
    </th>
  );
}
