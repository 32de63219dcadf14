/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import type { TenantModelCard } from '../champions/tenant-model-card.ts';
import type { Summary } from '../read-model/score-documents.ts';
import type { TenantMonitoring } from '../scores-mart/tenant-monitoring.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { churnRule, churnVerb } from './churn-words.ts';
import { count, day, percent } from './format.ts';
import { Layout } from './layout.tsx';
import { ModelCalibration } from './model-calibration.tsx';
import { ModelChanges } from './model-changes.tsx';
import { ModelDrift } from './model-drift.tsx';
import { ModelQuality } from './model-quality.tsx';
import { ModelTop } from './model-top.tsx';
import { tenantPath } from './tenant-navigation.tsx';

export interface ModelViewProps {
  readonly run: Pick<Summary, 'tenant_id' | 'as_of_date' | 'model_name' | 'model_version'>;
  readonly churn: ChurnDefinition | null;
  readonly card: TenantModelCard;
  readonly monitoring: TenantMonitoring | null;
  /** What the features are called. */
  readonly vocabulary: Vocabulary;
  readonly notice: string | null;
}

const LEARNT_FROM = {
  operator: "the operator's own accounts",
  tenants: 'the accounts of all tenants together',
  tenant: 'the accounts of this tenant',
  table: 'a table of its own',
} as const satisfies Record<TenantModelCard['learntFrom'], string>;

/** The champion of a tenant, for people who read its list: what it predicts, from what, and how far it can be believed. */
export function ModelView({ run, churn, card, monitoring, vocabulary, notice }: ModelViewProps) {
  const { tenant_id: tenantId } = run;
  const { fit, tested } = card;
  const isOfList = run.model_name === card.name && run.model_version === card.version;
  return (
    <Layout title={`Model of ${tenantId}`} isLoggedIn tenantId={tenantId} page="model">
      {notice === null ? null : <p class="notice">{notice}</p>}
      <h1>
        The model behind <a href={tenantPath(tenantId)}>{tenantId}</a>
      </h1>
      <p class="dim">
        {card.name} {card.version}
      </p>
      {isOfList ? null : (
        <p class="notice">
          The list of {run.as_of_date} was scored by {run.model_name} {run.model_version}. This page is about
          the model that serves by now.
        </p>
      )}
      <div class="columns">
        <section class="card">
          <h2>What it says</h2>
          <p>
            For each account, the chance that within 30, 60 and 90 days it {churnVerb(churn)}.{' '}
            {churnRule(churn)}
          </p>
          <p>
            It looks at {count(card.featureCount)} figures of an account's past: what is done in it and how
            often, by whom, its contract, payments and support. It knows nothing that happened outside of
            these data, and it does not know why: what it names as reasons goes along with churning and need
            not cause it.
          </p>
        </section>
        <section class="card">
          <h2>What it learnt from</h2>
          <dl class="facts">
            <dt>Trained on</dt>
            <dd>{day(card.trainedAt)}</dd>
            <dt>From</dt>
            <dd>{LEARNT_FROM[card.learntFrom]}</dd>
            <dt>Learnt from</dt>
            <dd>
              {count(fit.accounts)} accounts, {count(fit.rows)} rows{between(fit)}
            </dd>
            <dt>Tested on</dt>
            <dd>
              {count(tested.accounts)} accounts, {count(tested.rows)} rows{between(tested)}
            </dd>
          </dl>
          <p class="small dim">
            A row is one account on one day. For the test it had learnt from earlier days only
            {card.isRefitted ? '; afterwards the same recipe learnt from the later ones, too' : ''}.
          </p>
        </section>
      </div>
      <ModelQuality test={card.test} />
      <ModelCalibration target={card.target} reliability={card.reliability} lift={card.lift} />
      <ModelTop top={card.topOfList} target={card.target} />
      <OwnRow tenantId={tenantId} card={card} />
      <ModelDrift
        tenantId={tenantId}
        monitoring={monitoring}
        version={card}
        vocabulary={vocabulary}
        asOf={asOfDateSchema.parse(run.as_of_date)}
      />
      <ModelChanges changes={card.changes} />
    </Layout>
  );
}

/** Below this many rows chance moves a rate too much to judge by. */
const LEAST_ROWS = 200;

function OwnRow({ tenantId, card: { ownRow, learntFrom } }: { tenantId: string; card: TenantModelCard }) {
  return (
    <section class="card">
      <h2>For {tenantId}</h2>
      {ownRow === null || ownRow.mean_probability === null || ownRow.observed_rate === null ? (
        <p class="dim">
          Not enough data: the test had no rows of {tenantId}
          {learntFrom === 'tenants' ? ', so the figures above are about other tenants' : ''}.
        </p>
      ) : (
        <p class="text">
          Of {count(ownRow.rows)} test rows of {tenantId}, {percent(ownRow.mean_probability)} were forecast to
          churn and <strong>{percent(ownRow.observed_rate)}</strong> did.
          {ownRow.rows < LEAST_ROWS ? (
            <span class="dim">
              {' '}
              That is few rows, and one account has several of them: chance alone moves such a share.
            </span>
          ) : null}
        </p>
      )}
    </section>
  );
}

function between({ from, to }: TenantModelCard['fit']): string {
  return from === null || to === null ? '' : `, ${day(from)} to ${day(to)}`;
}
