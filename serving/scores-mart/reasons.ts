import type { ToldDriver } from '../../models/scoring/drivers/tell-driver.ts';

/** The sentences of a list: what raises the risk first, the strongest first among those. */
export function reasonsOf(drivers: readonly Pick<ToldDriver, 'direction' | 'sentence'>[]): string[] {
  const raising = drivers.filter(({ direction }) => direction === 'raises');
  const others = drivers.filter(({ direction }) => direction !== 'raises');
  return [...raising, ...others].map(({ sentence }) => sentence);
}
