/** What one check found. `attention` works but not as well as it could; `broken` stops some command. */
export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'attention' | 'broken';
  /** One line for a person. */
  readonly says: string;
  /** The same for a program. */
  readonly details: Readonly<Record<string, unknown>>;
}
