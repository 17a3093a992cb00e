import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './run.ts';

// A sweep over a tree runs for seconds: optimising code as eagerly as for a server costs it a sixth of its time.
setFlagsFromString('--interrupt-budget=3000000');

const interrupted = new AbortController();
/** Long enough for the worker to end the tools it runs, too short to be noticed. */
const grace = 200;
process.on('SIGINT', () => {
  interrupted.abort();
  setTimeout(() => process.exit(130), grace);
});
// A reader that goes away (`| head`) ends the program quietly, as it does for other tools.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void runCommandLine(process.argv.slice(2), interrupted.signal).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (interrupted.signal.aborted) return;
    throw error;
  },
);
