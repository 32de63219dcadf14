import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'node_modules/**'],
    // Two cores: training tests are the long ones, and more forks than cores only fight.
    maxWorkers: 2,
    // The Snowflake client would ask cloud metadata addresses where it runs.
    env: { SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
