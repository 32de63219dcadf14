import type { ImportableTable } from '../../importable-tables.ts';

/** A point that a person has to look at before the mapping is used. */
export interface Doubt {
  readonly column: string;
  readonly reason: string;
  readonly alternatives?: readonly string[];
}

/** One column of a draft, in the mapping's own words. */
export type ProposedColumn = string | Readonly<Record<string, unknown>>;

export interface ProposedFile {
  file: string;
  table: ImportableTable;
  missing?: readonly string[];
  columns: Record<string, ProposedColumn>;
  counts?: Record<string, string>;
  unsure?: Doubt[];
}

export interface ProposedMapping {
  readonly tenant?: string;
  readonly files: readonly ProposedFile[];
}
