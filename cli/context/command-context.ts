import type { Command } from 'commander';
import { useEngineMemory } from '../../features/warehouse/duckdb/engine-memory.ts';
import { type Configuration, readConfiguration } from '../configuration/configuration.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** What every command is handed: nothing below the command line reads the clock or the environment itself. */
export interface CommandContext {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
  readonly clock: () => Date;
}

export function commandContext(command: Command): CommandContext {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  const configuration = readConfiguration();
  useEngineMemory({ limit: configuration.memoryLimit, spillFolder: configuration.spillFolder });
  return {
    configuration,
    terminal: createTerminal(json === true),
    clock: () => new Date(),
  };
}
