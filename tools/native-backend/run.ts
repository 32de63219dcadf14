import { createTerminal } from '../../cli/context/terminal.ts';
import { Failure } from '../../features/contract/failure.ts';
import { NATIVE_BACKEND_FOLDER } from '../../training/backends/start-native-backend.ts';
import { installNativeBackend } from './install-native-backend.ts';

/** `npm run backend:native`: a step of setting a checkout up, hence no subcommand of `churn`. */
const { log } = createTerminal(false);
try {
  const { folder, existed } = await installNativeBackend({
    folder: NATIVE_BACKEND_FOLDER,
    again: process.argv.includes('--again'),
    log,
  });
  log(existed ? `${folder} was there and loads` : `${folder} is there; training uses it from now on`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`backend:native: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
