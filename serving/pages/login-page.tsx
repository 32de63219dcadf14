/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Layout } from './layout.tsx';

/** @param refusal Why the last token was refused */
export function LoginPage({ refusal }: { readonly refusal?: string | undefined }) {
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
