import { logit } from '../../stats/logit.ts';
import { sigmoid } from '../../stats/sigmoid.ts';
import type { AccountDetail } from './score-documents.ts';

/** One step from the typical account to this one. */
export interface WaterfallStep {
  /** The theme; null for all themes that are not told one by one. */
  readonly theme: string | null;
  /** Log-odds on the longest horizon. */
  readonly contribution: number;
  readonly logOddsBefore: number;
  readonly logOddsAfter: number;
  /** The chance within 90 days when this step and those before it are taken. */
  readonly probabilityAfter: number;
}

export interface Waterfall {
  readonly typicalLogOdds: number;
  readonly typicalProbability: number;
  /** Strongest first, the rest last. They add up to what lies between both ends. */
  readonly steps: readonly WaterfallStep[];
  readonly logOdds: number;
}

/** What rounding leaves of nothing. */
const LEAST_REST = 5e-4;

/**
 * The way from the typical account to this one, theme by theme. The score keeps its strongest themes; what they leave of the distance
 * is the step of all others, so the steps add up to the log-odds exactly.
 *
 * @returns null for a score that does not say where its drivers start
 */
export function waterfall(
  account: Pick<AccountDetail, 'drivers' | 'typical_log_odds' | 'churn_probability_90d'>,
): Waterfall | null {
  const { drivers, typical_log_odds: start, churn_probability_90d: probability } = account;
  const logOdds = logit(probability);
  if (start === null || !Number.isFinite(logOdds)) return null;
  const steps: WaterfallStep[] = [];
  let at = start;
  const step = (theme: string | null, contribution: number, logOddsAfter: number) => {
    steps.push({
      theme,
      contribution,
      logOddsBefore: at,
      logOddsAfter,
      probabilityAfter: sigmoid(logOddsAfter),
    });
    at = logOddsAfter;
  };
  for (const { theme_label: theme, contribution } of drivers) step(theme, contribution, at + contribution);
  const rest = logOdds - at;
  if (Math.abs(rest) >= LEAST_REST || steps.length === 0) step(null, rest, logOdds);
  return { typicalLogOdds: start, typicalProbability: sigmoid(start), steps, logOdds };
}
