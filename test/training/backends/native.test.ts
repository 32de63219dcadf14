import { it } from 'vitest';
import { describeBackend } from './describe-backend.ts';
import { nativeBackendAbsence } from './native-backend-absence.ts';

const absence = await nativeBackendAbsence();
if (absence === null) describeBackend('native');
else it.skip(`backend native: ${absence}`);
