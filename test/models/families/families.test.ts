import { FAMILY_NAMES } from '../../../models/families/families.ts';
import { weeklyAccounts } from '../weekly-accounts.ts';
import { describeFamily } from './family-checks.ts';

for (const family of FAMILY_NAMES) {
  describeFamily(family);
  describeFamily(family, { name: 'with learnt weeks', ...weeklyAccounts, sequence: true });
}
