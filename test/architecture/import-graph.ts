import { posix } from 'node:path';

export interface Import {
  readonly from: string;
  /** A path from the root for the project's own files, a package's name for others. */
  readonly to: string;
}

/** What a source file imports: statically, for its types, or when it runs. */
export function importsOf(file: string, source: string): Import[] {
  const specifiers = source.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g);
  return Array.from(specifiers, ([, specifier]) => ({
    from: file,
    to: specifier!.startsWith('.') ? posix.join(posix.dirname(file), specifier!) : specifier!,
  }));
}

/** The same graph between the folders that the files lie in, each folder by its exact path. */
export function betweenFolders(imports: readonly Import[]): Import[] {
  return imports
    .filter(({ to }) => to.includes('/'))
    .map(({ from, to }) => ({ from: posix.dirname(from), to: posix.dirname(to) }))
    .filter(({ from, to }) => from !== to);
}

/** The shortest way from each file that matches `from` to a file that matches `to`, through any files between. */
export function pathsBetween(imports: readonly Import[], from: RegExp, to: RegExp): string[][] {
  const targets = targetsOf(imports);
  return [...targets.keys()].filter((file) => from.test(file)).flatMap((file) => shortestPath(file) ?? []);

  function shortestPath(start: string): string[][] | undefined {
    const cameFrom = new Map<string, string | null>([[start, null]]);
    for (const file of cameFrom.keys()) {
      if (to.test(file)) return [stepsTo(file)];
      for (const next of targets.get(file) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, file);
    }
    return undefined;

    function stepsTo(end: string): string[] {
      const steps: string[] = [];
      for (let step: string | null | undefined = end; step != null; step = cameFrom.get(step))
        steps.unshift(step);
      return steps;
    }
  }
}

/** Groups whose members all reach each other, each in alphabetical order. */
export function circles(imports: readonly Import[]): string[][] {
  const targets = targetsOf(imports);
  const reached = new Map([...targets.keys()].map((node) => [node, reachableFrom(node)]));
  const found = new Map<string, string[]>();
  for (const [node, others] of reached) {
    if (!others.has(node)) continue;
    const members = [...others].filter((other) => reached.get(other)?.has(node)).sort();
    found.set(members.join(), members);
  }
  return [...found.values()];

  function reachableFrom(start: string): Set<string> {
    const seen = new Set<string>(targets.get(start));
    for (const node of seen) for (const next of targets.get(node) ?? []) seen.add(next);
    return seen;
  }
}

function targetsOf(imports: readonly Import[]): Map<string, Set<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  return targets;
}
