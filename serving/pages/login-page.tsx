/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Layout } from './layout.tsx';

export interface LoginPageProps {
  /** Why the last token was refused. */
  readonly refusal?: string | undefined;
  /** The path of the page that was asked for. */
  readonly returnTo?: string | undefined;
}

export function LoginPage({ refusal, returnTo = '/' }: LoginPageProps) {
  return (
    <Layout title="Log in" isNarrow>
      <div class="card">
        <h1>Who will leave, and why</h1>
        <p class="dim">
          Log in with the access token that your platform team gave you, or the one that{' '}
          <code>churn serve</code> printed.
        </p>
        {refusal === undefined ? null : (
          <p class="notice bad" role="alert">
            {refusal}
          </p>
        )}
        <form method="post" action="/session">
          <input type="hidden" name="return_to" value={returnTo} />
          <label for="token">Access token</label>
          <textarea id="token" name="token" required autocomplete="off" spellcheck={false} autofocus />
          <p>
            <button type="submit">Log in</button>
          </p>
        </form>
        <p class="small dim">The token stays in this browser until you close it or log out.</p>
      </div>
    </Layout>
  );
}
