import type { ColumnDefinition } from '../warehouse/warehouse.ts';

/** How one column of a table is read from a file, and what makes a value unusable. */
export interface FieldReading {
  readonly column: ColumnDefinition;
  /** The file's field, or the one value that every row gets (ISO 8601 for times; null for none). */
  readonly from: { readonly field: string } | { readonly constant: string | null };
  /** How the field writes times; ISO 8601, or what the engine casts, when absent. */
  readonly time?: WrittenTime;
  /** Later times are refused. */
  readonly notAfter?: Date;
  readonly notNegative?: boolean;
  /** Numbers of this size and more are refused. */
  readonly below?: number;
  /** The column that this one may not lie days before. */
  readonly notBefore?: string;
  readonly oneOf?: readonly string[];
  /** An identifier. Blanks around it come from a broken export and would make it another identifier. */
  readonly identifier?: boolean;
}

export interface WrittenTime {
  /** Patterns of strptime, tried in turn; none for ISO 8601. */
  readonly patterns: readonly string[];
  /** The patterns as a person wrote them. */
  readonly words: string;
  /** The zone of times that name none, e.g. `Europe/Berlin`; UTC when absent. */
  readonly zone?: string;
}

/** A row that cannot be used, or that can although something in it is written unusually. */
export interface Reject {
  /** 1 for the first row; a header is not counted. */
  readonly row: number;
  readonly column: string;
  /** "is missing", "is not a time", … */
  readonly offence: string;
  /** What the file has there; null when nothing. */
  readonly value: string | null;
  readonly isUsable: boolean;
}
