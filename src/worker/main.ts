/** What a worker does: it answers an engine's questions, or goes over a whole tree with workers of its own. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerData } from '../host/engine-messages.ts';
import type { SweepData } from '../host/sweep-messages.ts';
import { serve } from './serve.ts';
import { sweep } from './sweep.ts';

if (parentPort === null) throw new Error('the worker was started without a parent');
const data = workerData as WorkerData | SweepData;
// A priority that is set counts for this thread alone; elsewhere than on Linux it would for the whole editor.
if (data.isAside === true && process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
if ('sweep' in data) void sweep(parentPort, data);
else serve(parentPort, data);
