import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BadInput } from '../../contract/failure.ts';

/**
 * The files that a mapping means by a path or a pattern, relative to the mapping, sorted by name. `*` stands for any
 * text in a file's name, `?` for one character.
 */
export function filesOfPattern(pattern: string, mappingFile: string): readonly string[] {
  const path = resolve(dirname(mappingFile), pattern);
  // Opening a file that is absent says so.
  if (existsSync(path) || !/[*?]/.test(basename(path))) return [path];
  const folder = dirname(path);
  const matcher = new RegExp(
    `^${basename(path)
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => matcher.test(name)) : [];
  if (names.length === 0)
    throw new BadInput({
      where: mappingFile,
      what: `no file matches ${pattern}`,
      remedy: `put the files into ${folder} or correct the pattern`,
    });
  return names.sort().map((name) => join(folder, name));
}
