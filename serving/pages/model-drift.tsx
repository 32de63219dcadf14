/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import { toEpochDay } from '../../features/contract/as-of-date.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import type { DriftFigure, TenantMonitoring } from '../scores-mart/tenant-monitoring.ts';
import { count, day } from './format.ts';

/** Findings that are older than this by the day of the list say little about it. */
const OLD_DAYS = 31;
const TWO_DIGITS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** What moved since training at one tenant, and whether its forecasts came true, as `churn monitor` found last. */
export function ModelDrift(props: {
  readonly tenantId: string;
  readonly monitoring: TenantMonitoring | null;
  /** The version that the page is about. */
  readonly version: VersionReference;
  readonly vocabulary: Vocabulary;
  /** The day of the list. */
  readonly asOf: AsOfDate;
}) {
  const { tenantId, monitoring, version, vocabulary, asOf } = props;
  return (
    <section class="card">
      <h2>Drift at {tenantId} since training</h2>
      {monitoring === null ? (
        <p class="dim">
          Not monitored yet. Whoever runs the platform measures it with <code>churn monitor</code>.
        </p>
      ) : (
        <Findings {...{ monitoring, version, vocabulary, asOf }} />
      )}
    </section>
  );
}

function Findings(props: {
  readonly monitoring: TenantMonitoring;
  readonly version: VersionReference;
  readonly vocabulary: Vocabulary;
  readonly asOf: AsOfDate;
}) {
  const { monitoring, version, vocabulary, asOf } = props;
  const isOfVersion = monitoring.modelName === version.name && monitoring.modelVersion === version.version;
  const labelOf = ({ subject }: DriftFigure) =>
    vocabulary.get(subject)?.label ?? subject.replaceAll('_', ' ');
  const rows = [
    ...(monitoring.scores === null
      ? []
      : [{ label: '90-day chances, since the first night of this version', figure: monitoring.scores }]),
    ...monitoring.features.map((figure) => ({ label: labelOf(figure), figure })),
  ];
  return (
    <>
      {isOfVersion ? null : (
        <p class="notice">
          These figures are of {monitoring.modelName} {monitoring.modelVersion}, which served then.{' '}
          {version.name} {version.version} is measured by the next <code>churn monitor</code>.
        </p>
      )}
      <p>
        <strong>{verdict(monitoring)}</strong> {age(monitoring.asOf, asOf)}
      </p>
      {rows.length === 0 ? null : <FiguresTable rows={rows} />}
      <Outcome outcome={monitoring.outcome} />
      <p class="small dim text">
        Measured by <code>churn monitor</code> on {day(monitoring.measuredAt.toISOString())}: this tenant's
        newest accounts by then against its accounts on days that the model learnt from. The shift is the
        population stability index, 0 for none. Where nothing drifts, no figure of a tenant passes its limit
        of chance in 99 of 100 runs; it counts as drift when it is also 0.1 above what chance shows on
        average.
      </p>
    </>
  );
}

function FiguresTable(props: {
  readonly rows: readonly { readonly label: string; readonly figure: DriftFigure }[];
}) {
  return (
    <section class="scroll" tabindex={0} aria-label="What moved most since training">
      <table>
        <caption class="unseen">What moved most since training</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" class="number">
              Shift
            </th>
            <th scope="col" class="number">
              Limit of chance
            </th>
            <th scope="col">Finding</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map(({ label, figure }) => (
            <tr>
              <th scope="row">{label}</th>
              <td class="number">{TWO_DIGITS.format(figure.psi)}</td>
              <td class="number">{TWO_DIGITS.format(figure.limit)}</td>
              <td>{finding(figure)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Outcome({ outcome }: Pick<TenantMonitoring, 'outcome'>) {
  if (outcome === null)
    return <p class="dim">Not enough data: of no score served here is the outcome known yet.</p>;
  const { ratio, low, high, rows, isMiscalibrated } = outcome;
  const range =
    low === null || high === null ? '' : ` (${TWO_DIGITS.format(low)} to ${TWO_DIGITS.format(high)})`;
  return (
    <p>
      Of {count(rows)} served scores whose outcome is known, {TWO_DIGITS.format(ratio)}
      {range} times as many churned as forecast
      {isMiscalibrated ? ', which is beyond chance.' : ': within chance.'}
    </p>
  );
}

function verdict({ compared, flagged, scores }: TenantMonitoring): string {
  if (compared === 0) return 'Not enough data: no day that the model learnt from is there to compare with.';
  const figures = `${count(flagged)} of ${count(compared)} figures that the model looks at`;
  const ofScores = scores?.isFlagged ? ' The chances themselves have moved.' : '';
  if (flagged === 0)
    return `No drift beyond chance in ${count(compared)} figures that the model looks at.${ofScores}`;
  return `${figures} ${flagged === 1 ? 'has' : 'have'} drifted beyond chance.${ofScores}`;
}

function finding({ psi, limit, isFlagged }: DriftFigure): string {
  if (isFlagged) return 'drifted, beyond chance';
  return psi > limit ? 'beyond chance, too little to matter' : 'within chance';
}

/** How old the finding is, by the day of the list. */
function age(measured: AsOfDate, list: AsOfDate): string {
  const days = toEpochDay(list) - toEpochDay(measured);
  if (days <= 0) return `As of ${measured}, the day of the list.`;
  const behind = `As of ${measured}, ${count(days)} ${days === 1 ? 'day' : 'days'} before the list.`;
  return days > OLD_DAYS ? `${behind} Much may have changed since.` : behind;
}
