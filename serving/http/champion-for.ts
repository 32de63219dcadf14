import type { Context } from 'hono';
import type { TenantGrant } from '../access/principal.ts';
import type { Champion } from '../champions/champion.ts';
import type { LiveChampions } from '../champions/live-champions.ts';
import { championRefused, championText, noModel } from './problems.ts';

/**
 * The champion that answers for a tenant. Where a newer one was refused, a header of the answer says so.
 *
 * @throws Problem 503 where there is none, or none that can serve
 */
export async function championFor(
  champions: LiveChampions,
  grant: TenantGrant,
  c: Context,
): Promise<Champion> {
  const champion = await champions.forTenant(grant);
  const refused = champions.refusedOf(grant);
  if (champion === null) throw refused === null ? noModel() : championRefused(refused);
  if (refused !== null) c.header('champion-refused', championText(refused.version));
  return champion;
}
