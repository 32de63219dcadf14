import manifest from '../../package.json' with { type: 'json' };

/** The version of the program, as telemetry and the OpenAPI document give it. */
export const PROGRAM_VERSION: string = manifest.version;
