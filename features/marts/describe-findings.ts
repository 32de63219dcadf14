import type { Finding, Severity } from './build-report.ts';
import { findingSentence } from './finding-words.ts';

/** One line a finding, in their order; what several tenants share is one line, of the first of them. */
export function describeFindings(findings: readonly Finding[]): string[] {
  return Array.from(alike(findings), ([first, ...others]) => {
    const more =
      others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'tenant' : 'tenants'})`;
    return `${SIGNS[first!.severity]}  ${findingSentence(first!)}${more}`;
  });
}

const SIGNS: Readonly<Record<Severity, string>> = { refused: 'refused', warned: 'warning', noted: 'note   ' };

/** Findings of one kind together, in the order of the first of each; what refuses a build stands alone. */
function alike(findings: readonly Finding[]): Iterable<readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const found of findings) {
    const { tenantId, finding, reason, severity, subject } = found;
    const key = JSON.stringify([
      severity,
      finding,
      reason,
      severity === 'refused' ? tenantId : null,
      finding === 'missing_currency_rates' ? subject : null,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return groups.values();
}
