/** A query as it was asked, one text a parameter. */
export type AskedQuery = Readonly<Record<string, string>>;

/** The same page with some parameters changed; undefined takes one away. A cursor belongs to the query that it came with. */
export function queryLink(
  path: string,
  asked: AskedQuery,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const { cursor: _cursor, ...kept } = asked;
  const merged = Object.entries({ ...kept, ...changes }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const query = new URLSearchParams(merged).toString();
  return query === '' ? path : `${path}?${query}`;
}
