import { GateRefused } from '../contract/failure.ts';
import type { BuildReport } from './build-report.ts';
import { findingSentence } from './finding-words.ts';

const SHOWN = 3;

/** Findings that stand against a build. */
export class BuildRefused extends GateRefused {
  readonly report: BuildReport;
  /** Which findings of which tenants, without naming any account. */
  readonly summary: string;

  /** @param marts What became of the marts, as a clause. */
  constructor(report: BuildReport, marts: string) {
    const found = report.findings.filter(({ severity }) => severity === 'refused');
    const refused = found.map(findingSentence);
    const more = refused.length - SHOWN;
    super({
      where: 'features',
      what: `the build is refused, and ${marts}: ${refused.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more findings refuse it` : ''}`,
      remedy: 'or raise a limit on purpose with `churn import build-thresholds`',
    });
    this.report = report;
    this.summary = `refused by ${found.map(({ tenantId, finding }) => `${finding} of ${tenantId}`).join(', ')}`;
  }
}

/** The refusal of a build that a finding stands against; undefined for one that is fit. */
export function refusalOf(report: BuildReport, marts: string): BuildRefused | undefined {
  return report.findings.some(({ severity }) => severity === 'refused')
    ? new BuildRefused(report, marts)
    : undefined;
}
