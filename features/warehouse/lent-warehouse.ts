import type { ReadableWarehouse } from './warehouse.ts';

/** A warehouse for a borrower that closes what it opened: the lender's stays open. */
export function lentWarehouse(warehouse: ReadableWarehouse): ReadableWarehouse {
  return {
    describe: (relation) => warehouse.describe(relation),
    read: (selection) => warehouse.read(selection),
    exportParquet: (selection, file) => warehouse.exportParquet(selection, file),
    changeMark: (relations) => warehouse.changeMark(relations),
    close: async () => {},
  };
}
