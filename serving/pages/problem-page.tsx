/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { ProblemDetails } from '../http/problem.ts';
import { Layout } from './layout.tsx';

export function ProblemPage({ problem }: { readonly problem: ProblemDetails }) {
  return (
    <Layout title={problem.title} isNarrow>
      <div class="card">
        <h1>{problem.title}</h1>
        <p>{problem.detail}</p>
        {(problem.errors ?? []).map(({ parameter, detail }) => (
          <p>
            <code>{parameter}</code> {detail}
          </p>
        ))}
        <p>
          <a href="/">Back to the start</a>
        </p>
      </div>
    </Layout>
  );
}
