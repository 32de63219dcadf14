/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { LiveChampions } from '../champions/live-champions.ts';
import { championFor } from '../http/champion-for.ts';
import { noModel } from '../http/problems.ts';
import { runJson } from '../read-model/run-json.ts';
import { answerPage } from './answer-page.ts';
import { ModelView } from './model-view.tsx';
import type { TenantPageParts } from './page-parts.ts';

/** The page about the model that scores a tenant's accounts. */
export function modelRoutes(
  parts: Pick<TenantPageParts, 'ofTenant' | 'notice'> & { readonly champions: LiveChampions },
): Hono {
  const { ofTenant, notice, champions } = parts;
  const routes = new Hono();

  routes.get('/tenants/:tenant_id/model', ofTenant, async (c) => {
    const { grant, readsEveryTenant, view } = c.get('admitted');
    await championFor(champions, grant, c);
    const card = champions.cardOf(grant, readsEveryTenant);
    if (card === null) throw noModel();
    const { current } = view;
    return answerPage(
      c,
      <ModelView
        run={runJson(current)}
        churn={current.churn}
        card={card}
        monitoring={current.monitoring}
        vocabulary={current.vocabulary}
        notice={notice()}
      />,
    );
  });

  return routes;
}
