/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { OidcLogin } from '../access/oidc-login.ts';
import { admitTenant } from '../http/admission/admit-tenant.ts';
import type { Guard } from '../http/admission/guard.ts';
import type { Answerer } from '../http/answer.ts';
import { asProblem } from '../http/as-problem.ts';
import type { OpenApiDocument } from '../http/openapi-document.ts';
import { accountNotFound } from '../http/problems.ts';
import { parseQuery } from '../http/request-validation.ts';
import { accountDetail } from '../read-model/account-detail.ts';
import { ageSeconds } from '../read-model/age-seconds.ts';
import { accountsOf, riskListPage } from '../read-model/risk-list-page.ts';
import { scoresCsv } from '../read-model/scores-csv.ts';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';
import { scoresQuerySchema } from '../read-model/scores-query.ts';
import { tenantSummary } from '../read-model/tenant-summary.ts';
import { AccountView } from './account-view.tsx';
import { answerPage } from './answer-page.ts';
import { DocsPage } from './docs-page.tsx';
import { LoginPage } from './login-page.tsx';
import { loginRoutes } from './login-routes.tsx';
import { answerProblemPage } from './problem-page.tsx';
import { RiskListView } from './risk-list-view.tsx';
import { endSession, pathToReturnTo, sessionToken } from './session.ts';
import { STYLESHEET } from './stylesheet.ts';
import { TenantsView } from './tenants-view.tsx';

export interface PageParts {
  readonly guard: Guard;
  readonly scores: ScoresGateway;
  readonly answer: Answerer;
  readonly clock: () => Date;
  readonly document: OpenApiDocument;
  /** Null where people log in with tokens only. */
  readonly oidc: OidcLogin | null;
}

const LONGEST_SHOWN_LISTS = 200;
const STYLE_TAG = `"${createHash('sha256').update(STYLESHEET).digest('base64url').slice(0, 16)}"`;

/** The pages for people. They pass the same guard as the API, with the token of the session. */
export function pageRoutes({ guard, scores, answer, clock, document, oidc }: PageParts): Hono {
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
    const summaries = views
      .map(tenantSummary)
      .sort(
        (a, b) =>
          b.accounts_by_band.critical - a.accounts_by_band.critical ||
          (b.mrr_at_risk ?? 0) - (a.mrr_at_risk ?? 0),
      );
    return answerPage(c, <TenantsView tenants={summaries} />);
  });

  pages.get('/tenants/:tenant_id', ofTenant, (c) => {
    const { view, owner } = c.get('admitted');
    const asked = askedOf(c);
    const listed = riskListPage(view, parseQuery(asked, scoresQuerySchema));
    return answerPage(
      c,
      <RiskListView
        summary={tenantSummary(listed.scores)}
        accounts={[...accountsOf(listed)]}
        total={listed.total}
        owners={shown(listed.scores.owners.levels)}
        segments={shown(listed.scores.segments.levels)}
        ownName={owner !== null && listed.scores.owners.levels.includes(owner) ? owner : null}
        asked={asked}
        nextCursor={listed.nextCursor}
        notice={notice()}
      />,
    );
  });

  pages.get('/tenants/:tenant_id/scores.csv', ofTenant, (c) => {
    const { view } = c.get('admitted');
    const query = { ...parseQuery(askedOf(c), scoresQuerySchema), limit: Number.POSITIVE_INFINITY };
    const listed = riskListPage(view, query);
    const { tenantId, revision, run } = listed.scores;
    c.header('content-disposition', `attachment; filename="churn-risk-${run.asOf}.csv"`);
    return answer(c, {
      contentType: 'text/csv; charset=utf-8',
      identity: [tenantId, revision, 'page csv', JSON.stringify(query)],
      body: () => scoresCsv(accountsOf(listed)),
    });
  });

  pages.get('/tenants/:tenant_id/accounts/:account_id', ofTenant, (c) => {
    const { current } = c.get('admitted').view;
    const row = current.rowOfAccount.get(c.req.param('account_id'));
    if (row === undefined) throw accountNotFound();
    return answerPage(c, <AccountView account={accountDetail(current, row)} notice={notice()} />);
  });

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

/** The query of a form without the fields that were left empty. */
function askedOf(c: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''));
}

function shown(levels: readonly string[]): string[] {
  return [...levels].sort((a, b) => a.localeCompare(b)).slice(0, LONGEST_SHOWN_LISTS);
}
