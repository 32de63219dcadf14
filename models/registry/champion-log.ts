/** A scope's latest change, and how many there are. */
export interface LatestChange {
  readonly revision: number;
  /** JSON; null where it is not there or cannot be read. */
  readonly content: string | null;
}

/** Who served which scope, change by change. Changes are only added, one at a time per scope. */
export interface ChampionLog {
  /** By scope key. */
  latest(): Promise<ReadonlyMap<string, LatestChange>>;
  /** All changes of a scope, oldest first; null in place of one that cannot be read. */
  history(key: string): Promise<readonly (string | null)[]>;
  /**
   * Adds the change that follows `revision`, whole or not at all.
   * @returns false when somebody else was faster; nothing has changed then
   */
  append(key: string, revision: number, content: string): Promise<boolean>;
}
