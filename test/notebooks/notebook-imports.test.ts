import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

/* The compiler does not see into notebooks, and running them needs Python: here is what a renamed module would break. */

const folder = join(import.meta.dirname, '..', '..', 'notebooks');
const notebookSchema = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source: z.array(z.string()) })),
});

test.each(readdirSync(folder).filter((name) => name.endsWith('.ipynb')))(
  '%s imports what is there',
  (name) => {
    const { cells } = notebookSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const code = cells.filter((cell) => cell.cell_type === 'code').map(({ source }) => source.join(''));
    const imports = code.flatMap((cell) => [...cell.matchAll(/import \{([^}]+)\} from '(\.[^']+)'/g)]);
    expect(imports.length).toBeGreaterThan(3);
    expect(imports.flatMap(([, names, module]) => missing(names!, join(folder, module!)))).toEqual([]);
  },
);

/** Names that a module does not export. */
function missing(names: string, file: string): string[] {
  const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return names
    .split(',')
    .map((name) => name.replace(/\btype\b| as .*/g, '').trim())
    .filter((name) => name !== '' && !new RegExp(`^export [^=(]*\\b${name}\\b`, 'm').test(source))
    .map((name) => `${file}: ${name}`);
}
