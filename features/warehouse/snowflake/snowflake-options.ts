/** How to sign in. Each comes from configuration and is never logged. */
export type SnowflakeCredentials =
  | { readonly kind: 'key-pair'; readonly privateKeyPath: string; readonly passphrase?: string | undefined }
  | { readonly kind: 'programmatic-access-token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly token: string }
  | { readonly kind: 'password'; readonly password: string };

export interface SnowflakeOptions {
  /** Account identifier, e.g. `myorg-myaccount`. */
  readonly account: string;
  /** The account's address. Without it, Snowflake's own address for the account is used. */
  readonly accessUrl?: string | undefined;
  readonly user: string;
  readonly credentials: SnowflakeCredentials;
  readonly role?: string | undefined;
  readonly warehouse?: string | undefined;
  readonly database?: string | undefined;
  /** Marks every statement in Snowflake's query history, e.g. `churn score 3f2a…`. */
  readonly queryTag: string;
  /** A statement that runs longer is cancelled by Snowflake. Default 1800. */
  readonly statementTimeoutSeconds?: number | undefined;
  /** Without any answer for so much longer, a statement counts as failed here. Default 60. */
  readonly graceSeconds?: number | undefined;
  /** One upload or download that takes longer counts as failed. Default 900. */
  readonly transferTimeoutSeconds?: number | undefined;
  /** Up to this many cells a change is sent within its statement; a larger one as files. Default 2000. */
  readonly cellsSentInStatement?: number | undefined;
  /** Attempts of a step that fails transiently, the first one included. Default 4. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt; each later one is twice as long. Default 500. */
  readonly pauseMs?: number | undefined;
  /**
   * Attached to every table with a tenant_id when it is created, e.g. `CHURN.TENANT_ROWS`. With null, every role with a
   * grant on a table reads all of its rows.
   */
  readonly rowAccessPolicy: string | null;
}

/** What must never appear in a message or a log. */
export function secretsOf({ credentials }: SnowflakeOptions): readonly string[] {
  switch (credentials.kind) {
    case 'key-pair':
      return credentials.passphrase === undefined ? [] : [credentials.passphrase];
    case 'password':
      return [credentials.password];
    default:
      return [credentials.token];
  }
}
