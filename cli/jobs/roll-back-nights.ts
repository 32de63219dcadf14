import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { isEmbedded, type Warehouse } from '../../features/warehouse/warehouse.ts';
import {
  finishRollback,
  type RollbackOutcome,
  rollBackNights,
  undoRollback,
  unfinishedRollback,
} from '../../serving/nights/roll-back-nights.ts';
import { pointerFile } from '../../serving/published/published-night.ts';
import type { CommandContext } from '../context/command-context.ts';
import { publishScores } from './score-tenants.ts';

export interface RollbackCommand {
  readonly to?: string | undefined;
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly reason: string;
  /** Gives back what the last rollback took. */
  readonly isUndo?: boolean;
}

/** What was done, and whether it was only the rest of a command that was stopped. */
export type RolledBackNights = RollbackOutcome & { readonly isRest: boolean };

/**
 * Rolls nights back, or undoes that, in the mart and then for services. One that was stopped between the two is brought to its
 * end instead: asked for again, it must not take a further night.
 */
export async function changeNights(
  context: CommandContext,
  warehouse: Warehouse,
  { to, tenantIds, reason, isUndo = false }: RollbackCommand,
): Promise<RolledBackNights> {
  const { clock, configuration } = context;
  const rest = await unfinishedRollback(warehouse);
  if (rest !== null) {
    await show(context, warehouse, rest);
    return { ...rest, isRest: true };
  }
  const note = { by: configuration.user, reason, clock };
  const outcome = isUndo
    ? await undoRollback(warehouse, note)
    : await rollBackNights(warehouse, { ...note, to, tenantIds, rollbackId: randomUUID() });
  await show(context, warehouse, outcome);
  return { ...outcome, isRest: false };
}

async function show(
  context: CommandContext,
  warehouse: Warehouse,
  { rollbackId }: RollbackOutcome,
): Promise<void> {
  if (isEmbedded(warehouse) && existsSync(pointerFile(context.configuration.publishedDirectory)))
    await publishScores(context, warehouse, `rollback-${rollbackId}`);
  await finishRollback(warehouse, rollbackId, context.clock());
}
