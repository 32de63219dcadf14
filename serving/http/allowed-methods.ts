/** Which methods a path answers, for those that ask with another. @returns none for a path that is no route */
export function allowedMethods(app: {
  readonly routes: readonly { readonly method: string; readonly path: string }[];
}): (path: string) => readonly string[] {
  const patterns = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${path.replace(/[.+?^$()[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`),
    }));
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return methods.includes('GET') ? [...new Set([...methods, 'HEAD'])].sort() : [...new Set(methods)];
  };
}
