import { runCommandLine } from './run.ts';

process.on('SIGINT', () => process.exit(130));
// A reader that goes away (`| head`) ends the program quietly, as it does for other tools.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void runCommandLine(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
