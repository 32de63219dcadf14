import type { NightOutcome } from '../read-model/last-night.ts';
import type { NightStep } from '../scores-mart/night-steps.ts';

/** What is measured of a night that has ended: sums over tenants only. */
export interface NightFigures {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly exitCode: number;
  readonly steps: readonly Pick<NightStep, 'step' | 'status' | 'startedAt' | 'finishedAt'>[];
  readonly tenantsByOutcome: Readonly<Record<NightOutcome, number>>;
  /** Landed after the deadline; they count as landed too. */
  readonly lateTenants: number;
  readonly rowsScored: number;
  /** Null when nothing was scored. */
  readonly newestAsOf: string | null;
}
