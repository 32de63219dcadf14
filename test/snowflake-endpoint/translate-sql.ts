import { commaSeparated, SqlNotUnderstood, type Token, TokenReader } from './sql-tokens.ts';

const WORDS = new Set(
  `select distinct as from where and or not in is null true false order by asc desc limit case when then else end
   exists between like group having nulls first last all values merge into using on matched insert update set delete
   inner left join union count sum min max rank row_number over partition coalesce lower upper trim current_date`
    .split(/\s+/)
    .filter(Boolean),
);

const FUNCTIONS: Readonly<Record<string, (args: string[], raw: readonly Token[][]) => string>> = {
  date_part: ([, value], [unit]) => `${epochFunction(unit!)}(${value})`,
  datediff: ([, from, to], [unit]) =>
    `date_diff('${unit!.map(({ value }) => value).join('')}', ${from}, ${to})`,
  to_json: ([value]) => `(${value})::varchar`,
  parse_json: ([value]) => `(${value})::json`,
  to_timestamp_ntz: ([value, scale]) => {
    if (scale !== '6') throw new SqlNotUnderstood(`to_timestamp_ntz with scale ${scale ?? 'none'}`);
    return `make_timestamp(${value})`;
  },
  convert_timezone: ([zone, value]) => `timezone(${zone}, ${value})`,
  iff: (args) => `if(${args.join(', ')})`,
  count: (args) => `count(${args.join(', ')})`,
  coalesce: (args) => `coalesce(${args.join(', ')})`,
  lower: (args) => `lower(${args.join(', ')})`,
  upper: (args) => `upper(${args.join(', ')})`,
};

const TYPES: Readonly<Record<string, string>> = {
  varchar: 'VARCHAR',
  text: 'VARCHAR',
  string: 'VARCHAR',
  float: 'DOUBLE',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp_ntz: 'TIMESTAMP',
  // A text without an offset is a time in the session's zone.
  timestamp_tz: 'TIMESTAMPTZ',
  variant: 'JSON',
  integer: 'BIGINT',
  bigint: 'BIGINT',
};

/** Relations that Snowflake has and DuckDB has not, or has otherwise. */
const SYSTEM_RELATIONS: Readonly<Record<string, string>> = {
  'information_schema.columns': 'snowflake_system.columns',
};

/**
 * Snowflake SQL as DuckDB SQL. Every word without quotes must be one that is known to mean the same or is rewritten
 * here; anything else is refused. Binds become $1, $2, … in order of appearance.
 */
export function translateSql(tokens: readonly Token[], binds: { count: number } = { count: 0 }): string {
  const reader = new TokenReader(tokens);
  const parts: string[] = [];
  while (!reader.isDone) {
    const token = reader.next();
    switch (token.kind) {
      case 'bind':
        binds.count += 1;
        parts.push(`$${binds.count}`);
        break;
      case 'string':
        parts.push(`'${token.value.replaceAll("'", "''")}'`);
        break;
      case 'quoted':
      case 'number':
        parts.push(token.text);
        break;
      case 'symbol':
        if (token.text === '::') parts.push(`::${typeAt(reader)}`);
        else if (token.text === '$1') {
          reader.expect(':');
          parts.push(`"${reader.next().value}"`);
        } else if (/^\$/.test(token.text)) throw new SqlNotUnderstood(`the column ${token.text}`);
        else parts.push(token.text);
        break;
      case 'word':
        parts.push(word(token, reader, binds));
        break;
      case 'stage':
        throw new SqlNotUnderstood(`a stage here: ${token.text}`);
    }
  }
  return parts.join(' ');
}

function word(token: Token, reader: TokenReader, binds: { count: number }): string {
  if (reader.peek()?.text === '(' && token.value in FUNCTIONS) {
    const raw = commaSeparated(reader.bracketed());
    return FUNCTIONS[token.value]!(
      raw.map((argument, index) => (index === 0 && isUnit(token.value) ? '' : translateSql(argument, binds))),
      raw,
    );
  }
  if (reader.peek()?.text === '.' && reader.peek(1)?.kind === 'word') {
    const relation = SYSTEM_RELATIONS[`${token.value}.${reader.peek(1)!.value}`];
    if (relation !== undefined) {
      reader.at += 2;
      return relation;
    }
  }
  if (WORDS.has(token.value)) return token.value;
  // Aliases of tables, and columns of the system relations.
  if (/^[a-z]$/.test(token.value) || SYSTEM_COLUMNS.has(token.value)) return `"${token.value}"`;
  throw new SqlNotUnderstood(`the word ${token.text}`);
}

const SYSTEM_COLUMNS = new Set([
  'column_name',
  'data_type',
  'is_nullable',
  'numeric_scale',
  'table_schema',
  'table_name',
  'ordinal_position',
]);

function isUnit(functionName: string): boolean {
  return functionName === 'date_part' || functionName === 'datediff';
}

function epochFunction(unit: readonly Token[]): string {
  const name = unit.map(({ value }) => value).join('');
  if (name === 'epoch_millisecond') return 'epoch_ms';
  if (name === 'epoch_microsecond') return 'epoch_us';
  throw new SqlNotUnderstood(`date_part of ${name}`);
}

/** The DuckDB type of the Snowflake type that comes next. */
export function typeAt(reader: TokenReader): string {
  const { value } = reader.next();
  const size = reader.peek()?.text === '(' ? reader.bracketed() : [];
  if (value === 'number' || value === 'decimal') {
    const scale = size.length > 1 ? Number(size.at(-1)!.value) : 0;
    return scale === 0 ? 'BIGINT' : `DECIMAL(${Math.min(38, Number(size[0]!.value))}, ${scale})`;
  }
  const type = TYPES[value];
  if (type === undefined) throw new SqlNotUnderstood(`the type ${value}`);
  return type;
}
