/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Layout } from './layout.tsx';

export interface LoginPageProps {
  /** Why the last token was refused. */
  readonly refusal?: string | undefined;
  /** The path of the page that was asked for. */
  readonly returnTo?: string | undefined;
  /** Whether people can log in at an identity provider. */
  readonly hasProvider: boolean;
}

export function LoginPage({ refusal, returnTo = '/', hasProvider }: LoginPageProps) {
  return (
    <Layout title="Log in" isNarrow>
      <div class="card">
        <h1>Who will leave, and why</h1>
        {refusal === undefined ? null : (
          <p class="notice bad" role="alert">
            {refusal}
          </p>
        )}
        {hasProvider ? (
          <p>
            <a class="button" href={`/session/begin?return_to=${encodeURIComponent(returnTo)}`}>
              Log in with your company account
            </a>
          </p>
        ) : null}
        <p class="dim">
          {hasProvider ? 'Or log' : 'Log'} in with the access token that your platform team gave you, or the
          one that <code>churn serve</code> printed.
        </p>
        <form method="post" action="/session">
          <input type="hidden" name="return_to" value={returnTo} />
          <label for="token">Access token</label>
          <textarea
            id="token"
            name="token"
            required
            autocomplete="off"
            spellcheck={false}
            autofocus={!hasProvider}
          />
          <p>
            <button type="submit">Log in</button>
          </p>
        </form>
        <p class="small dim">The session ends when you log out or close the browser.</p>
      </div>
    </Layout>
  );
}
