/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { ProblemDetails } from '../http/problem.ts';
import { answerPage } from './answer-page.ts';
import { Layout } from './layout.tsx';

/** What a problem document is to a program, for a person. */
export function answerProblemPage(c: Context, problem: ProblemDetails): Response {
  for (const [name, value] of Object.entries(problem.headers ?? {})) c.header(name, value);
  return answerPage(c, <ProblemPage problem={problem} />, problem.status);
}

function ProblemPage({ problem }: { readonly problem: ProblemDetails }) {
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
