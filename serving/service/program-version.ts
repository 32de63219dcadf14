import { readFileSync } from 'node:fs';

// Node 20 warns when JSON is imported as a module.
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** The version of the program, as telemetry, the OpenAPI document and `churn --version` give it. */
export const PROGRAM_VERSION: string = manifest.version;
