import type { Finding } from './finding.ts';

const OLDEST = [20, 19] as const;

/** @param version as in process.versions.node */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  const platform = `${process.platform}-${process.arch}`;
  return {
    check: 'node',
    state: isOldEnough ? 'good' : 'broken',
    says: `Node ${version} on ${platform}${isOldEnough ? '' : `; install ${OLDEST.join('.')} or newer`}`,
    details: { version, platform },
  };
}
