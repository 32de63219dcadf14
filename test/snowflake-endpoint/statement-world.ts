import type { SecurityCatalog } from './security-catalog.ts';
import type { StageStorage } from './stage-storage.ts';

/** What statements act on besides the session's tables. */
export interface StatementWorld {
  readonly storage: StageStorage;
  readonly security: SecurityCatalog;
  readonly edition: 'standard' | 'enterprise';
  /** Files that a table has loaded already: COPY leaves them out. */
  readonly loadedFiles: Set<string>;
}
