import type { Finding } from './finding.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { good: '✓', attention: '•', broken: '✗' };

/** One line per check. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, state, says }) => `${MARKS[state]} ${check.padEnd(width)}  ${says}`)
    .join('\n');
}
