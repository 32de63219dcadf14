import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createRandom } from '../../../stats/seeded-random.ts';
import { type AsOfDate, asOfDateSchema } from '../../contract/as-of-date.ts';
import { BadInput } from '../../contract/failure.ts';
import type { ColumnBatch, TableDefinition } from '../../warehouse/warehouse.ts';
import {
  accounts,
  backfills,
  currencyRates,
  platformEvents,
  subscriptions,
  supportTickets,
  tenantSettings,
} from '../raw-tables.ts';
import { columnBatches } from './column-batches.ts';
import { currencyRateRows } from './currencies.ts';
import {
  accountRows,
  backfillRows,
  eventRows,
  settingsRows,
  subscriptionRows,
  ticketRows,
} from './raw-layer.ts';
import type { RawRow } from './raw-rows.ts';
import { simulatedWindow } from './window.ts';
import { createWorld } from './world.ts';

/** Raised with every change that alters the rows of a seed. */
const SIMULATOR_VERSION = 3;

export interface SimulationOptions {
  readonly seed: number;
  /** Customer organisations of the platform, 1 to 5 000. */
  readonly tenants: number;
  /** Calendar months of history, 1 to 60. */
  readonly months: number;
  /** The history ends before this UTC midnight. */
  readonly endDate: AsOfDate;
  /** One tenant's prices come in cents for some days and are corrected later. A build in between is refused. */
  readonly mistakenCents?: boolean | undefined;
}

/** The world of `churn demo`: about 6 000 accounts and 1.3 million event rows. */
export const DEMO_WORLD: SimulationOptions = {
  seed: 1,
  tenants: 240,
  months: 15,
  endDate: asOfDateSchema.parse('2026-06-29'),
};

export interface Simulation {
  readonly options: SimulationOptions;
  /** SHA-256 (hex) over options and simulator version: equal hash, equal rows. */
  readonly contentHash: string;
  /** Raw tables with their rows; each call of `batches` streams the same rows from the start. */
  readonly tables: readonly {
    readonly table: TableDefinition;
    readonly batches: () => AsyncIterable<ColumnBatch>;
  }[];
}

const optionsSchema = z.object({
  seed: z.int(),
  tenants: z.int().min(1).max(5000),
  months: z.int().min(1).max(60),
  endDate: asOfDateSchema,
  mistakenCents: z.boolean().optional(),
});

/**
 * A CRM platform with tenants and their accounts, some of which drift away and leave: the raw layer, and nothing
 * of the state behind it. Rows are generated as they are read; only the cast is held in memory.
 *
 * @param onProgress is told the share of tenants, 0 to 1, whose events have been generated
 * @example await loadSimulation(warehouse, simulatePlatform({ seed: 1, tenants: 240, months: 15, endDate }))
 */
export function simulatePlatform(
  options: SimulationOptions & { readonly onProgress?: (share: number) => void },
): Simulation {
  const { seed, tenants, months, endDate, mistakenCents = false } = parseOptions(options);
  const window = simulatedWindow(endDate, months);
  const world = createWorld(seed, tenants, window);

  function streamed(table: TableDefinition, rows: () => Iterable<RawRow>) {
    return { table, batches: () => columnBatches(table, rows()) };
  }

  return {
    options: { seed, tenants, months, endDate, mistakenCents },
    contentHash: createHash('sha256')
      .update(JSON.stringify([SIMULATOR_VERSION, seed, tenants, months, endDate, mistakenCents]))
      .digest('hex'),
    tables: [
      streamed(accounts, () => accountRows(world, window)),
      streamed(subscriptions, () => subscriptionRows(world, window, mistakenCents)),
      streamed(supportTickets, () => ticketRows(world, window)),
      streamed(currencyRates, () => currencyRateRows(createRandom(seed).fork('currency rates'), window)),
      streamed(backfills, () => backfillRows(world, window)),
      streamed(tenantSettings, () => settingsRows(world, window)),
      streamed(platformEvents, () => eventRows(world, window, options.onProgress)),
    ],
  };
}

function parseOptions(options: SimulationOptions): SimulationOptions {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new BadInput({
    where: 'simulator options',
    what: `${issue.path.join('.')} is not usable (${issue.message})`,
    remedy: 'give a whole seed, 1 to 5000 tenants, 1 to 60 months and an end date as YYYY-MM-DD',
  });
}
