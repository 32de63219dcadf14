import { GateRefused } from '../contract/failure.ts';
import type { BuildReport } from './build-report.ts';
import { findingSentence } from './finding-words.ts';

const SHOWN = 3;

/** Findings that stand against committing a build. Its report is of the marts that were not kept. */
export class BuildRefused extends GateRefused {
  readonly report: BuildReport;

  constructor(report: BuildReport) {
    const refused = report.findings.filter(({ severity }) => severity === 'refused').map(findingSentence);
    const more = refused.length - SHOWN;
    super({
      where: 'features build',
      what: `refused, and the marts are as they were: ${refused.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more findings refuse it` : ''}`,
      remedy: 'or raise a limit on purpose with `churn import build-thresholds`',
    });
    this.report = report;
  }
}

/** @throws BuildRefused when any finding refuses the build */
export function refuseUnfit(report: BuildReport): void {
  if (report.findings.some(({ severity }) => severity === 'refused')) throw new BuildRefused(report);
}
