import type { Evaluation, ModelCard } from './model-card.ts';

/** Fewer test rows or churned accounts than these say too little either way. */
const LEAST_ROWS = 500;
const LEAST_CHURNED = 20;
/** Forecasts this far off, on average over ten groups of equal size, mislead whoever plans with them. */
const MOST_ECE = 0.05;
const ECE_GROUPS = 10;
/** Log-odds that should be stretched or shrunk by more than this. */
const SLOPES = { least: 0.6, most: 1.6 } as const;
/** How far the forecast of the highest scores may lie outside the interval of what came of them. */
const MOST_TOP_ERROR = 0.05;
/** How far a tenant's churned accounts may be from the forecast, in standard errors and in probability. */
const MOST_STANDARD_ERRORS = 5;
const MOST_TENANT_ERROR = 0.1;
const LEAST_TENANT_ROWS = 200;
const LEAST_TOP_ACCOUNTS = 20;

/**
 * Why a version's probabilities are not to be believed, one clause each; empty when the test found nothing wrong.
 * A figure counts as wrong only when its whole 95 % interval is.
 */
export function reliabilityProblems({
  test,
  tenants,
  top_of_list: top,
}: Pick<ModelCard, 'test' | 'tenants' | 'top_of_list'>): string[] {
  return [
    ...test.flatMap(problemsOfTarget),
    ...tenants.flatMap(problemsOfTenant),
    ...top.flatMap(problemsOfTop),
  ];
}

function problemsOfTarget({ target, rows, churned, metrics }: Evaluation): string[] {
  if (rows < LEAST_ROWS || churned < LEAST_CHURNED) return [];
  const { ece, calibration_slope: slope } = metrics;
  const problems: string[] = [];
  const mostEce = MOST_ECE + 2 * eceByChance(rows, churned / rows);
  if ((ece.low ?? 0) > mostEce)
    problems.push(`${target} is off by ${percent(ece.value!)} on average (at most ${percent(mostEce)})`);
  if ((slope.low ?? 1) > SLOPES.most)
    problems.push(`${target} is too timid, calibration slope ${slope.value!.toFixed(2)}`);
  if ((slope.high ?? 1) < SLOPES.least)
    problems.push(`${target} is too extreme, calibration slope ${slope.value!.toFixed(2)}`);
  return problems;
}

/**
 * Even a perfect forecast is off by this much, since the churned of a group vary by chance: the mean absolute
 * deviation of their rate. Resampling adds as much again.
 */
function eceByChance(rows: number, rate: number): number {
  return Math.sqrt((2 / Math.PI) * ((rate * (1 - rate)) / (rows / ECE_GROUPS)));
}

function problemsOfTenant({
  tenant_id: tenantId,
  rows,
  observed_rate: observed,
  mean_probability: forecast,
}: ModelCard['tenants'][number]): string[] {
  if (rows < LEAST_TENANT_ROWS || observed === null || forecast === null) return [];
  const error = Math.abs(observed - forecast);
  const standardError = Math.sqrt((forecast * (1 - forecast)) / rows);
  if (error <= MOST_TENANT_ERROR || error <= MOST_STANDARD_ERRORS * standardError) return [];
  return [`tenant ${tenantId} was forecast ${percent(forecast)} and churned ${percent(observed)}`];
}

function problemsOfTop({
  share,
  accounts,
  mean_probability: forecast,
  observed_rate: { value, low, high },
}: ModelCard['top_of_list'][number]): string[] {
  if (accounts < LEAST_TOP_ACCOUNTS || value === null || low === null || high === null) return [];
  if (forecast <= high + MOST_TOP_ERROR && forecast >= low - MOST_TOP_ERROR) return [];
  return [
    `the highest ${percent(share)} of scores were forecast ${percent(forecast)} and churned ${percent(value)} (${percent(low)} to ${percent(high)})`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
