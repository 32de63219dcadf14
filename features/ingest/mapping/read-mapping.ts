import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { BadInput } from '../../contract/failure.ts';
import { closestName } from '../../files/closest-name.ts';
import { type Mapping, mappingSchema } from './mapping.ts';

const KEYS = {
  top: ['tenant', 'files'],
  file: ['file', 'table', 'columns', 'skip', 'missing', 'counts', 'unsure'],
  skip: ['column', 'equals', 'not', 'empty'],
  column: 'from constant lookup values otherwise format zone decimal scale times divide'.split(' '),
  lookup: ['file', 'key', 'value', 'unmatched'],
  divide: ['by', 'values'],
} as const;

/**
 * Reads a mapping, YAML or JSON.
 *
 * @throws BadInput with one sentence for each mistake
 */
export function readMapping(file: string): Mapping {
  const written = parseYaml(file);
  const parsed = mappingSchema.safeParse(written);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.flatMap((issue) => sentences(issue, written));
  throw new BadInput({
    where: file,
    what:
      mistakes.length === 1
        ? mistakes[0]!
        : `it has ${mistakes.length} mistakes: ${mistakes.map((mistake, index) => `(${index + 1}) ${mistake}`).join(' ')}`,
    remedy: 'docs/your-data.md shows what a mapping may say',
  });
}

function parseYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput({
      where: file,
      what: code === 'ENOENT' ? 'there is no such file' : `the mapping cannot be read (${code})`,
      remedy: 'give the path of a mapping, or draft one with churn import --propose FILE',
      cause: error,
    });
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new BadInput({
      where: file,
      what: `it is neither YAML nor JSON: ${error.message.split('\n')[0]!.replace(/:$/, '')}`,
      remedy: 'correct that line',
      cause: error,
    });
  }
}

function sentences(issue: z.core.$ZodIssue, written: unknown): string[] {
  const at = pathInWords(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = KEYS[levelOf(issue.path, issue.path.length)];
      const closest = closestName(key, known);
      return `${at ? `${at}: ` : ''}${key} means nothing here; ${closest ? `did you mean ${closest}?` : `write one of ${known.join(', ')}`}`;
    });
  if (issue.code === 'invalid_type' && isAbsent(written, issue.path) && issue.message.startsWith('must'))
    return [`${at} is missing; it ${issue.message}`];
  return [at ? `${at}: ${issue.message}` : issue.message];
}

function isAbsent(written: unknown, path: readonly PropertyKey[]): boolean {
  let part = written;
  for (const key of path) part = (part as Record<PropertyKey, unknown> | undefined)?.[key];
  return path.length > 0 && part === undefined;
}

/** Which part of a mapping a path leads to: files, 0, columns, created_at, lookup. */
function levelOf([, , part, , inner]: readonly PropertyKey[], length: number): keyof typeof KEYS {
  if (length <= 2) return length === 0 ? 'top' : 'file';
  if (inner === 'lookup' || inner === 'divide') return inner;
  return part === 'skip' ? 'skip' : 'column';
}

/** @example pathInWords(['files', 0, 'columns', 'created_at']) // 'files[0].columns.created_at' */
function pathInWords(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}
