/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { OidcLogin } from '../access/oidc-login.ts';
import type { LiveChampions } from '../champions/live-champions.ts';
import { admitTenant } from '../http/admission/admit-tenant.ts';
import type { Guard } from '../http/admission/guard.ts';
import type { Answerer } from '../http/answer.ts';
import { asProblem } from '../http/as-problem.ts';
import type { OpenApiDocument } from '../http/openapi-document.ts';
import { ageSeconds } from '../read-model/age-seconds.ts';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';
import { accountRoutes } from './account-routes.tsx';
import { answerPage } from './answer-page.ts';
import { DocsPage } from './docs-page.tsx';
import { LoginPage } from './login-page.tsx';
import { loginRoutes } from './login-routes.tsx';
import { modelRoutes } from './model-routes.tsx';
import { portfolioRoutes } from './portfolio-routes.tsx';
import { answerProblemPage } from './problem-page.tsx';
import { riskListRoutes } from './risk-list-routes.tsx';
import { endSession, pathToReturnTo, sessionToken } from './session.ts';
import { STYLESHEET } from './stylesheet.ts';
import { listedTenants, TenantsView } from './tenants-view.tsx';

export interface PageParts {
  readonly guard: Guard;
  readonly scores: ScoresGateway;
  readonly champions: LiveChampions;
  readonly answer: Answerer;
  readonly clock: () => Date;
  readonly document: OpenApiDocument;
  /** Null where people log in with tokens only. */
  readonly oidc: OidcLogin | null;
}

const STYLE_TAG = `"${createHash('sha256').update(STYLESHEET).digest('base64url').slice(0, 16)}"`;

/** The pages for people. They pass the same guard as the API, with the token of the session. */
export function pageRoutes({ guard, scores, champions, answer, clock, document, oidc }: PageParts): Hono {
  const pages = new Hono();

  // Without a session the log-in page is shown; every other problem is a page, too.
  pages.onError((error, c) => problemPage(c, error, oidc !== null));
  pages.route('/', loginRoutes({ guard, oidc }));
  const ofTenant = admitTenant(guard, 'scores:read', sessionToken);

  const notice = (): string | null => {
    const confirmedAt = scores.confirmedAt();
    if (!scores.isStale() || confirmedAt === null) return null;
    const minutes = Math.round(ageSeconds(confirmedAt, clock) / 60);
    return `The warehouse cannot be read right now. These scores were read ${minutes} minutes ago.`;
  };

  pages.get('/assets/style.css', (c) => {
    c.header('etag', STYLE_TAG);
    c.header('cache-control', 'public, max-age=300');
    if (c.req.header('if-none-match') === STYLE_TAG) return c.body(null, 304);
    return c.body(STYLESHEET, 200, { 'content-type': 'text/css; charset=utf-8' });
  });

  pages.get('/docs', (c) => answerPage(c, <DocsPage document={document} />));

  pages.get('/', async (c) => {
    if (sessionToken(c) === undefined) return answerPage(c, <LoginPage hasProvider={oidc !== null} />);
    const principal = await guard.principal(sessionToken(c), 'scores:read');
    const views = principal
      .grants(scores.tenantIds())
      .map((grant) => scores.forTenant(grant)?.current)
      .filter((current) => current !== undefined);
    if (views.length === 1) return c.redirect(`/tenants/${encodeURIComponent(views[0]!.tenantId)}`, 303);
    return answerPage(c, <TenantsView tenants={listedTenants(views)} />);
  });

  pages.route('/', riskListRoutes({ ofTenant, answer, notice }));
  pages.route('/', accountRoutes({ ofTenant, answer, notice }));
  pages.route('/', portfolioRoutes({ ofTenant, answer, notice }));
  pages.route('/', modelRoutes({ ofTenant, champions, notice }));

  return pages;
}

function problemPage(c: Context, error: unknown, hasProvider: boolean): Response {
  const problem = asProblem(error);
  if (problem === null) throw error;
  const { details } = problem;
  if (details.status === 401) {
    const { pathname, search } = new URL(c.req.url);
    const returnTo = pathToReturnTo(pathname + search);
    const login = { returnTo, hasProvider };
    if (sessionToken(c) === undefined) return answerPage(c, <LoginPage {...login} />, 401);
    endSession(c);
    return answerPage(c, <LoginPage refusal="Log in again: the session has ended." {...login} />, 401);
  }
  return answerProblemPage(c, details);
}
