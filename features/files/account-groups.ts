/** The account of each row: 0, 1, … by id in order of first appearance. A row without an id is an account of its own. */
export function accountGroups(
  ids: readonly string[] | null,
  rowCount: number,
  idColumn: string | undefined,
  notes: string[],
): Int32Array {
  if (ids === null) return Int32Array.from({ length: rowCount }, (_, row) => row);
  const indexOf = new Map<string, number>();
  let next = 0;
  let unknown = 0;
  const groups = Int32Array.from(ids, (id) => {
    if (id === '') {
      unknown++;
      return next++;
    }
    const index = indexOf.get(id) ?? next++;
    indexOf.set(id, index);
    return index;
  });
  if (unknown > 0) notes.push(`${unknown} rows have no ${idColumn}: each counts as an account of its own`);
  return groups;
}
