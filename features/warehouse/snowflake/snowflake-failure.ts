import { OperationFailed, reasonOf } from '../../contract/failure.ts';

/** An error that may pass by itself: network, busy service, lost session, transfer cut short. */
export class TransientFailure extends OperationFailed {}

/** Others hold the table, or wait for it: it passes, but not at once. */
export class TableBusy extends TransientFailure {}

/** The commit was sent, and whether it took effect is unknown. */
export class CommitUnknown extends OperationFailed {}

/** What the client's errors carry. */
interface ClientError {
  readonly code?: string | number;
  readonly message?: string;
  readonly sqlState?: string;
  readonly data?: { readonly queryId?: string };
  readonly name?: string;
}

export interface FailedStatement {
  /** Shown in short. It never holds values: those are bound. */
  readonly statement: string;
  readonly account: string;
  readonly secrets: readonly string[];
}

/** An error of the client as one sentence that names statement, query id and remedy. */
export function statementFailure(
  error: unknown,
  { statement, account, secrets }: FailedStatement,
): OperationFailed {
  const { code, message = String(error), data } = error as ClientError;
  const queryId = data?.queryId;
  const detail = {
    where: `Snowflake account ${account}`,
    what: redact(
      `${shortened(statement)} failed (${reasonOf(message)}${code === undefined ? '' : `, code ${code}`}${queryId === undefined ? ', no query id' : `, query id ${queryId}`})`,
      secrets,
    ),
    remedy: remedyFor(String(code ?? ''), message),
    cause: withoutRequest(error),
  };
  if (isBusy(error)) return new TableBusy(detail);
  return isTransient(error) ? new TransientFailure(detail) : new OperationFailed(detail);
}

/** @example shortened('select a from b') // '`select a from b`' */
export function shortened(statement: string): string {
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  return `\`${line.length > 120 ? `${line.slice(0, 117)}...` : line}\``;
}

export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((kept, secret) => (secret === '' ? kept : kept.replaceAll(secret, '***')), text);
}

/** Too many statements wait for the same table. */
const LOCKED = /^0*625$/;
/** What Snowflake says of a deadlock and of a full queue of lock waiters. */
const BUSY = /\bdeadlock\b|\bnumber of waiters\b/i;
/** An error of its own that passes. */
const INTERNAL = /\b300002\b/;

function isBusy(error: unknown): boolean {
  const { code, message = '' } = error as ClientError;
  return LOCKED.test(String(code ?? '')) || BUSY.test(message);
}

/** Client codes 4010xx: no connection; 4020xx: an HTTP status that is no answer; 407xxx: no usable session. */
function isTransient(error: unknown): boolean {
  const { code, message = '', name } = error as ClientError;
  const text = String(code ?? '');
  if (/^(4010|4020|4070|4080)\d\d$/.test(text)) return true;
  if (INTERNAL.test(message)) return true;
  if (/^39011[124]$/.test(text) || /^39019[05]$/.test(text)) return true;
  if (name === 'RequestFailedError' || name === 'NetworkError' || name === 'LargeResultSetError') return true;
  return /ECONNRESET|ECONNREFUSED|ETIMEDOUT|EPIPE|socket hang up|status code (408|429|5\d\d)|terminated connection/.test(
    message,
  );
}

function remedyFor(code: string, message: string): string {
  if (/network policy|not allowed to access snowflake/i.test(message))
    return 'give the user a network policy that lets this host in; a programmatic access token needs one in any case';
  if (/multi-factor|\bMFA\b/i.test(message))
    return 'sign-in by password alone is blocked: give the user a key pair and set SNOWFLAKE_AUTHENTICATOR=SNOWFLAKE_JWT';
  if (/^3901|^3903|^394/.test(code) && /password|JWT|token|user/i.test(message))
    return 'check SNOWFLAKE_USER and the credential that SNOWFLAKE_AUTHENTICATOR asks for';
  if (/^(002003|003001|002043)$/.test(code))
    return 'run `churn doctor --target snowflake` to see which object or grant is missing';
  if (/^(000604|000630)$/.test(code) || /timeout/i.test(message))
    return 'raise SNOWFLAKE_STATEMENT_TIMEOUT, or give the job a larger warehouse';
  if (/^000002$/.test(code) && /ROW.ACCESS.POLICY/i.test(message))
    return 'row access policies, which keep tenants apart, need Enterprise Edition or higher';
  if (/^000606$/.test(code)) return 'name a warehouse that the role may use with SNOWFLAKE_WAREHOUSE';
  return 'nothing was changed; look the query up in Snowflake, remove the cause and run it again';
}

/** The client's network errors carry the request, credentials included. */
function withoutRequest(error: unknown): Error {
  const { name = 'Error', message = String(error) } = error as ClientError;
  return Object.assign(new Error(message), { name });
}
