const AGGREGATES =
  'sum|avg|min|max|count|count_if|median|mode|stddev\\w*|variance|var_\\w+|quantile\\w*|percentile\\w*|approx_\\w+|array_agg|listagg|string_agg|any_value|arg_min|arg_max|min_by|max_by|corr|regr_\\w+';
const WINDOWS = 'first_value|last_value|lag|lead|row_number|rank|dense_rank|percent_rank|cume_dist|ntile';

const TRANSFORMS = [
  /\bgroup\s+by\b/i,
  /\bhaving\s+\w+\s*[(<>=]/i,
  /\bqualify\s+\w/i,
  new RegExp(`(?<![.\\w])(?:${AGGREGATES}|${WINDOWS})\\s*\\(`, 'i'),
  /\bover\s*\(/i,
  /(?:^|[\s)])(?:(?:inner|left|right|full|cross|natural|asof|lateral|outer)\s+)*join\s+(?:["{(a-z])[\s\S]*?\s(?:on|using)\b/i,
  /\b(?:cross|natural|lateral)\s+join\b/i,
  /\b(?:union|intersect|except)\s+(?:all\s+)?\(?\s*select\b/i,
  /\bselect\b[^;]*?\bfrom\s+(?:"?[\w{}.]+"?(?:\s+as)?(?:\s+\w+)?)\s*,\s*(?:"?[\w{}.]+"?)/i,
];

/** What of a text aggregates or joins, as SQL; undefined where nothing does. */
export function aggregateOrJoin(sql: string): string | undefined {
  for (const pattern of TRANSFORMS) {
    const found = pattern.exec(sql)?.[0];
    if (found !== undefined) return found.trim();
  }
  return undefined;
}
