import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENT_VARIABLES, readConfiguration } from '../../cli/configuration/configuration.ts';

describe('readConfiguration', () => {
  test('has a default for everything', () => {
    const configuration = readConfiguration({});
    expect(configuration.warehouseFile).toBe(resolve('.churn/warehouse.duckdb'));
    expect(configuration.port).toBe(8080);
    expect(configuration.jwtSecret).toBeUndefined();
  });

  test('an empty variable counts as unset', () => {
    expect(readConfiguration({ CHURN_HOME: '', CHURN_JWT_SECRET: '' })).toEqual(readConfiguration({}));
  });

  test.each([
    [{ CHURN_PORT: 'http' }, /CHURN_PORT/],
    [{ CHURN_PORT: '70000' }, /CHURN_PORT/],
    [{ CHURN_WAREHOUSE: 'oracle' }, /CHURN_WAREHOUSE/],
    [{ CHURN_MEMORY_LIMIT: 'lots' }, /CHURN_MEMORY_LIMIT is not a size such as 3GB/],
    [{ CHURN_BACKEND: 'cuda' }, /CHURN_BACKEND is none of auto, wasm, native/],
    [{ CHURN_JWT_SECRET: 'short' }, /CHURN_JWT_SECRET is shorter than 32 characters/],
  ])('refuses %o in one sentence that says where it is documented', (environment, message) => {
    expect(() => readConfiguration(environment)).toThrow(message);
    expect(() => readConfiguration(environment)).toThrow(/docs\/configuration\.md/);
  });

  test('never repeats a secret in its message', () => {
    expect(() => readConfiguration({ CHURN_JWT_SECRET: 'hunter2' })).not.toThrow(/hunter2/);
  });

  test('docs/configuration.md lists every variable and no other', () => {
    const page = readFileSync('docs/configuration.md', 'utf8');
    const documented = Array.from(page.matchAll(/^\| `([A-Z_]+)`/gm), ([, name]) => name);
    expect(documented).toEqual(ENVIRONMENT_VARIABLES);
  });
});
