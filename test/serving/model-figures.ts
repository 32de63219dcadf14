import { METRIC_NAMES, type Metric, type ModelCard } from '../../models/artefact/model-card.ts';

const metric = (value: number): Metric => ({ value, low: value * 0.9, high: value * 1.1 });

function evaluation(target: string, auc: number): ModelCard['test'][number] {
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, metric(0.5)]));
  return {
    target,
    rows: 1234,
    churned: 77,
    metrics: { ...metrics, auc: metric(auc), ece: metric(0.0123), lift_at_10: metric(4.56) } as never,
  };
}

const slice = (rows: number, accounts: number) => ({
  rows,
  accounts,
  from: '2025-04-28',
  to: '2026-05-25',
});

/** What the card of a measured model of three tenants has; each figure differs from the others, so that a page can be searched for it. */
export const MODEL_FIGURES: Partial<ModelCard> = {
  trained_at: '2026-10-30T01:02:03.000Z',
  production: { refitted: true, fit: slice(98_765, 4321) },
  split: { method: 'by time', training: slice(1, 1), validation: slice(1, 1), test: slice(5678, 910) },
  test: [
    evaluation('churned_30d', 0.811),
    evaluation('churned_60d', 0.822),
    evaluation('churned_90d', 0.833),
  ],
  tenants: [
    { tenant_id: 'acme', rows: 321, observed_rate: 0.0654, mean_probability: 0.0765 },
    { tenant_id: 'globex', rows: 432, observed_rate: 0.1987, mean_probability: 0.2876 },
    { tenant_id: 'initech', rows: 543, observed_rate: 0.3321, mean_probability: 0.4432 },
  ],
  reliability: [
    {
      target: 'churned_90d',
      bins: [
        { rows: 617, mean_probability: 0.0211, observed_rate: 0.0187 },
        { rows: 617, mean_probability: 0.3411, observed_rate: 0.3567 },
      ],
    },
  ],
  lift: [
    { share: 0.01, lift: 9.7 },
    { share: 0.1, lift: 4.6 },
  ],
  top_of_list: [
    {
      share: 0.1,
      rows: 123,
      accounts: 45,
      churned: 40,
      least_probability: 0.2,
      mean_probability: 0.3456,
      observed_rate: { value: 0.3252, low: 0.2543, high: 0.4021 },
    },
    {
      share: 0.01,
      rows: 12,
      accounts: 8,
      churned: 4,
      least_probability: 0.6,
      mean_probability: 0.8111,
      observed_rate: { value: 0.3333, low: 0.2012, high: 0.4999 },
    },
  ],
  notes: ['globex is unlike the others'],
};
