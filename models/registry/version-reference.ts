/** One version of one model. */
export interface VersionReference {
  readonly name: string;
  readonly version: string;
}
