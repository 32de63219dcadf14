/** How to prove who one is; each comes from configuration and is never logged. */
export type SnowflakeCredentials =
  | { readonly kind: 'key-pair'; readonly privateKeyPath: string; readonly passphrase?: string | undefined }
  | { readonly kind: 'programmatic-access-token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly token: string }
  | { readonly kind: 'password'; readonly password: string };

export interface SnowflakeOptions {
  /** Account identifier, e.g. `myorg-myaccount`. */
  readonly account: string;
  /** Where the account answers; without it, Snowflake's own address for the account. */
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
  /** One upload or download that takes longer counts as failed. Default 900. */
  readonly transferTimeoutSeconds?: number | undefined;
  /** How often a step that failed for a passing reason is tried, the first time included. Default 4. */
  readonly attempts?: number | undefined;
  /** First pause between attempts, doubled each time. Default 500. */
  readonly pauseMs?: number | undefined;
  /**
   * Attached to every table with a tenant_id at the moment it is created, e.g. `CHURN.TENANT_ROWS`. Null makes tables that
   * every role with a grant reads whole.
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
