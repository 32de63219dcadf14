/**
 * The candidate that was most likely meant, or undefined when none is near. Near means equal except for case and
 * punctuation, one contained in the other, or a few typing errors away.
 *
 * @example closestName('account_id', ['AccountID', 'name']) // 'AccountID'
 */
export function closestName(wanted: string, candidates: readonly string[]): string | undefined {
  const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const target = bare(wanted);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    const other = bare(name);
    const contained = other.length >= 3 && (target.includes(other) || other.includes(target));
    const typingErrors = editDistance(target, other);
    const distance = contained ? Math.min(typingErrors, 1.5) : typingErrors;
    if (distance <= Math.max(1.5, target.length / 3) && (best === undefined || distance < best.distance))
      best = { name, distance };
  }
  return best?.name;
}

/** https://en.wikipedia.org/wiki/Levenshtein_distance */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(previous[column]! + 1, current[column - 1]! + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length]!;
}
