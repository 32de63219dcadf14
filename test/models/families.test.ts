import { FAMILY_NAMES } from '../../models/families/family-named.ts';
import { describeFamily } from './family-checks.ts';

for (const family of FAMILY_NAMES) describeFamily(family);
