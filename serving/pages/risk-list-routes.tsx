/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { AdmittedEnv } from '../http/admission/admit-tenant.ts';
import { parseQuery } from '../http/request-validation.ts';
import { callList, expectedSaving } from '../read-model/call-list.ts';
import type { CodedTexts } from '../read-model/coded-texts.ts';
import { accountAt, accountsOf, riskListPage, rowsOfPage } from '../read-model/risk-list-page.ts';
import { riskTotals, riskTrend } from '../read-model/risk-totals.ts';
import { runJson } from '../read-model/run-json.ts';
import { scoresSpreadsheet } from '../read-model/scores-csv.ts';
import { scoresQuerySchema } from '../read-model/scores-query.ts';
import type { TenantScores } from '../read-model/tenant-scores.ts';
import { answerPage } from './answer-page.ts';
import { CallsView } from './calls-view.tsx';
import type { FilterChoices } from './filter-form.tsx';
import type { TenantPageParts } from './page-parts.ts';
import { answerProblemPage } from './problem-page.tsx';
import { type AskedQuery, queryLink } from './query-link.ts';
import { readForm } from './read-form.ts';
import { type ListedAccount, RiskListView } from './risk-list-view.tsx';
import { changedViews, keepViews, savedViews, viewFormSchema } from './saved-views.ts';
import { isForeignForm } from './session.ts';
import { tenantPath } from './tenant-navigation.tsx';

const LONGEST_CHOICES = 200;

/** A call list is filtered as a risk list is; its order is its own. */
const callsQuerySchema = scoresQuerySchema
  .omit({ sort: true, order: true, limit: true, cursor: true })
  .extend({
    capacity: z
      .string()
      .regex(/^\d+$/, 'is not a whole number')
      .transform(Number)
      .pipe(z.number().min(1).max(100))
      .default(10),
  });

/** The lists of accounts of a tenant: by risk, by whom to call, and for a spreadsheet. */
export function riskListRoutes({ ofTenant, answer, notice }: TenantPageParts): Hono {
  const routes = new Hono();

  routes.get('/tenants/:tenant_id', ofTenant, (c) => {
    const { view, owner } = c.get('admitted');
    const asked = askedOf(c);
    const query = parseQuery(asked, scoresQuerySchema);
    const page = riskListPage(view, query);
    const { scores } = page;
    const { band: _band, ...everyBand } = query;
    const totals = riskTotals(scores, query);
    return answerPage(
      c,
      <RiskListView
        summary={{ ...runJson(scores), account_count: scores.rowCount }}
        churn={scores.churn}
        newestAsOf={scores.newestAsOf}
        accounts={rowsOfPage(page).map((row) => listedAccount(scores, row))}
        total={page.total}
        offset={page.offset}
        totals={totals}
        byBand={query.band === undefined ? totals.byBand : riskTotals(scores, everyBand).byBand}
        trend={riskTrend(scores, query)}
        choices={choicesOf(scores)}
        ownName={ownNameOf(scores, owner)}
        asked={asked}
        query={query}
        nextCursor={page.nextCursor}
        previousCursor={page.previousCursor}
        views={savedViews(c)}
        notice={notice()}
      />,
    );
  });

  routes.get('/tenants/:tenant_id/calls', ofTenant, (c) => {
    const { current: scores } = c.get('admitted').view;
    const asked = askedOf(c);
    const { capacity, ...filter } = parseQuery(asked, callsQuerySchema);
    const calls = callList(scores, filter, capacity);
    return answerPage(
      c,
      <CallsView
        summary={runJson(scores)}
        churn={scores.churn}
        newestAsOf={scores.newestAsOf}
        calls={calls}
        capacity={capacity}
        accounts={calls.rows.map((row) => {
          const listed = listedAccount(scores, row);
          const play = listed.account.drivers.find((driver) => driver.play !== '')?.play ?? '';
          return { ...listed, play, saving: expectedSaving(scores.mrr[row]!, scores.probability90d[row]!) };
        })}
        choices={choicesOf(scores)}
        asked={asked}
        notice={notice()}
      />,
    );
  });

  routes.get('/tenants/:tenant_id/scores.csv', ofTenant, (c) => {
    const { view } = c.get('admitted');
    const query = { ...parseQuery(askedOf(c), scoresQuerySchema), limit: Number.POSITIVE_INFINITY };
    const listed = riskListPage(view, query);
    const { tenantId, revision, run } = listed.scores;
    c.header('content-disposition', `attachment; filename="churn-risk-${run.asOf}.csv"`);
    return answer(c, {
      contentType: 'text/csv; charset=utf-8',
      identity: [tenantId, revision, 'page csv', JSON.stringify(query)],
      body: () => scoresSpreadsheet(accountsOf(listed)),
    });
  });

  // It changes a cookie of this browser and nothing of the platform, as logging in does.
  routes.post('/tenants/:tenant_id/views', ofTenant, async (c) => {
    const { tenantId } = c.get('admitted').view.current;
    if (isForeignForm(c)) return answerProblemPage(c, FOREIGN_FORM);
    const form = parseQuery((await readForm(c)) ?? {}, viewFormSchema);
    const { cursor: _cursor, ...asked } = Object.fromEntries(new URLSearchParams(form.query));
    parseQuery(asked, scoresQuerySchema);
    const query = queryLink('', asked, {}).slice(1);
    keepViews(c, tenantId, changedViews(savedViews(c), { ...form, query }));
    return c.redirect(queryLink(tenantPath(tenantId), asked, {}), 303);
  });

  return routes;
}

const FOREIGN_FORM = {
  status: 400,
  kind: 'malformed-request',
  title: 'Save views from the list itself',
  detail: 'The form came from a page of another site, so nothing was saved.',
} as const;

function listedAccount(scores: TenantScores, row: number): ListedAccount {
  return { account: accountAt(scores, row), weeks: scores.activity.of(row) };
}

/** The query of a form without the fields that were left empty. */
function askedOf(c: Context<AdmittedEnv>): AskedQuery {
  return Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''));
}

function ownNameOf({ owners }: TenantScores, owner: string | null): string | null {
  return owner !== null && listedLevels(owners).includes(owner) ? owner : null;
}

function choicesOf({ owners, segments, currencies }: TenantScores): FilterChoices {
  return { owners: shown(owners), segments: shown(segments), currencies: shown(currencies) };
}

function shown(column: CodedTexts): string[] {
  return listedLevels(column)
    .sort((a, b) => a.localeCompare(b))
    .slice(0, LONGEST_CHOICES);
}

function listedLevels({ levels, listedLevels }: CodedTexts): string[] {
  return levels.slice(0, listedLevels);
}
