import { startNativeBackend } from '../../../training/backends/start-native-backend.ts';

const native = await startNativeBackend();
process.stdout.write(JSON.stringify('refusal' in native ? native.refusal : null));
