/** A piece of Snowflake SQL. `value` is the word in lower case, the name without quotes, the text without quotes. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'stage' | 'bind';
  readonly text: string;
  readonly value: string;
}

/** What this endpoint cannot do: said at once, so that no test passes on SQL that nobody looked at. */
export class SqlNotUnderstood extends Error {
  constructor(what: string) {
    super(`the test endpoint does not understand ${what}`);
  }
}

const PATTERNS: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'(?:[^'\\]|''|\\.)*'|\$\$[\s\S]*?\$\$/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['stage', /@[\w~%$."/=-]+/y],
  ['number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_][\w$]*/y],
  ['bind', /\?/y],
  ['symbol', /\$\d+|::|<>|<=|>=|!=|=>|->|\|\||[-+*/%=<>(),.:;]/y],
];

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  scan: while (at < sql.length) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const text = pattern.exec(sql)?.[0];
      if (text === undefined) continue;
      at += text.length;
      if (kind !== 'blank') tokens.push({ kind, text, value: meaningOf(kind, text) });
      continue scan;
    }
    throw new SqlNotUnderstood(`the character ${JSON.stringify(sql[at])} in: ${sql.slice(0, 200)}`);
  }
  while (tokens.at(-1)?.text === ';') tokens.pop();
  return tokens;
}

function meaningOf(kind: Token['kind'], text: string): string {
  if (kind === 'word') return text.toLowerCase();
  if (kind === 'quoted') return text.slice(1, -1).replaceAll('""', '"');
  if (kind !== 'string') return text;
  return text.startsWith('$$')
    ? text.slice(2, -2)
    : text.slice(1, -1).replaceAll(/''|\\(.)/g, (_, escaped?: string) => escaped ?? "'");
}

/** Reads tokens from the left, and says what it expected when they are others. */
export class TokenReader {
  readonly tokens: readonly Token[];
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get isDone(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw new SqlNotUnderstood(`a statement that ends early: ${this.#shown()}`);
    this.at += 1;
    return token;
  }

  /** Takes the words (or symbols) when they come next, all of them or none. */
  take(...words: readonly string[]): boolean {
    const isNext = words.every((word, index) => isBare(this.peek(index), word));
    if (isNext) this.at += words.length;
    return isNext;
  }

  expect(...words: readonly string[]): void {
    if (!this.take(...words)) throw new SqlNotUnderstood(`${this.#shown()} (expected ${words.join(' ')})`);
  }

  done(): void {
    if (!this.isDone) throw new SqlNotUnderstood(this.#shown());
  }

  /** The tokens between the bracket that comes next and its match. */
  bracketed(): Token[] {
    this.expect('(');
    const start = this.at;
    for (let depth = 1; depth > 0; ) {
      const { text } = this.next();
      if (text === '(') depth += 1;
      else if (text === ')') depth -= 1;
    }
    return this.tokens.slice(start, this.at - 1);
  }

  /** A name of up to three parts, the last two as DuckDB knows them; names without quotes are upper case. */
  relation(): string {
    const parts = [this.name()];
    while (this.take('.')) parts.push(this.name());
    return parts
      .slice(-2)
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.');
  }

  name(): string {
    const token = this.next();
    if (token.kind === 'quoted') return token.value;
    if (token.kind === 'word') return token.value.toUpperCase();
    throw new SqlNotUnderstood(`${token.text} as a name in: ${this.#shown()}`);
  }

  rest(): Token[] {
    const rest = this.tokens.slice(this.at);
    this.at = this.tokens.length;
    return rest;
  }

  #shown(): string {
    const before = this.tokens.slice(0, this.at).map(({ text }) => text);
    const after = this.tokens.slice(this.at).map(({ text }) => text);
    return `${before.join(' ')} » ${after.join(' ')}`.slice(0, 400);
  }
}

export function isBare(token: Token | undefined, word: string): boolean {
  return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.value === word;
}

/** Splits at the commas that no bracket encloses. */
export function commaSeparated(tokens: readonly Token[]): Token[][] {
  if (tokens.length === 0) return [];
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}
