import { expect, it } from 'vitest';
import type { Evaluation, Metric, MetricName } from '../../../models/artefact/model-card.ts';
import { METRIC_NAMES } from '../../../models/artefact/model-card.ts';
import { reliabilityProblems } from '../../../models/artefact/reliability-problems.ts';

const around = (value: number, width: number): Metric => ({ value, low: value - width, high: value + width });

function tested(changes: Partial<Record<MetricName, Metric>>, rows = 2_000): Evaluation {
  const sound = Object.fromEntries(METRIC_NAMES.map((name) => [name, around(0.5, 0.1)]));
  const metrics = {
    ...sound,
    ece: around(0.01, 0.005),
    calibration_slope: around(1, 0.1),
    ...changes,
  } as Evaluation['metrics'];
  return { target: 'churned_90d', rows, churned: rows / 10, metrics };
}

const problemsOf = (evaluation: Evaluation) =>
  reliabilityProblems({ test: [evaluation], tenants: [], top_of_list: [] });

it('finds no problem in a reliable version', () => {
  expect(problemsOf(tested({}))).toEqual([]);
});

it('names what is wrong, and by how much', () => {
  expect(problemsOf(tested({ ece: around(0.09, 0.02) }, 1_000_000))).toEqual([
    'churned_90d is off by 9.0 % on average (at most 5.2 %)',
  ]);
  expect(problemsOf(tested({ calibration_slope: around(0.4, 0.1) })).join()).toMatch(/too extreme, .*0\.40/);
  expect(problemsOf(tested({ calibration_slope: around(2, 0.1) })).join()).toMatch(/too timid/);
});

it('reports nothing for wide intervals or small tests', () => {
  expect(problemsOf(tested({ ece: around(0.06, 0.02) }))).toEqual([]);
  expect(problemsOf(tested({ calibration_slope: around(0.4, 0.5) }))).toEqual([]);
  expect(problemsOf(tested({ ece: around(0.2, 0.01) }, 150))).toEqual([]);
  // Ten groups of 60 rows stray by 4 % if the forecast is perfect.
  expect(problemsOf(tested({ ece: around(0.08, 0.02) }, 600))).toEqual([]);
});

it('checks every tenant with enough rows', () => {
  const tenant = (tenant_id: string, rows: number, observed_rate: number) => ({
    tenant_id,
    rows,
    observed_rate,
    mean_probability: 0.1,
  });
  const tenants = [tenant('fine', 900, 0.12), tenant('wrong', 900, 0.4), tenant('small', 50, 0.5)];
  expect(reliabilityProblems({ test: [], tenants, top_of_list: [] })).toEqual([
    'tenant wrong was forecast 10.0 % and churned 40.0 %',
  ]);
});

it('checks the highest scores against the interval of what came of them', () => {
  const top = (accounts: number, forecast: number, observed: Metric) => ({
    share: 0.05,
    rows: 3 * accounts,
    accounts,
    churned: 10,
    least_probability: 0.3,
    mean_probability: forecast,
    observed_rate: observed,
  });
  const problems = (...top_of_list: ReturnType<typeof top>[]) =>
    reliabilityProblems({ test: [], tenants: [], top_of_list });
  expect(problems(top(100, 0.66, around(0.42, 0.1)))).toEqual([
    'the highest 5.0 % of scores were forecast 66.0 % and churned 42.0 % (32.0 % to 52.0 %)',
  ]);
  expect(problems(top(100, 0.2, around(0.42, 0.1)))).toHaveLength(1);
  expect(problems(top(100, 0.55, around(0.42, 0.1)))).toEqual([]);
  expect(problems(top(15, 0.66, around(0.42, 0.1)))).toEqual([]);
});
