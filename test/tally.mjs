/**
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: number, skipped: Skip[] }} Tally what a suite has to say: how many, and why some were left out
 */

/**
 * A reporter for Node's test runner that yields one Tally as JSON when all is over.
 * A test that failed only because a test within it failed is not counted again; a file without tests counts as failed.
 * @param {AsyncIterable<{ type: string, data: any }>} events
 */
export default async function* tally(events) {
  /** @type {Tally} */
  const sum = { passed: 0, failed: 0, skipped: [] };
  for await (const { type, data } of events) {
    if (type === 'test:pass') countPass(sum, data);
    else if (type === 'test:fail' && data.details?.error?.failureType !== 'subtestsFailed') sum.failed++;
  }
  yield JSON.stringify(sum);
}

/**
 * @param {Tally} sum
 * @param {{ name: string, file?: string, nesting: number, skip?: string | boolean, todo?: string | boolean, details?: { type?: string } }} test
 */
function countPass(sum, { name, file, nesting, skip, todo, details }) {
  const reason = skip ?? todo;
  if (reason !== undefined && reason !== false) {
    sum.skipped.push({ name, reason: typeof reason === 'string' && reason !== '' ? reason : 'no reason given' });
  } else if (nesting === 0 && name === file) {
    sum.failed++;
  } else if (details?.type !== 'suite') {
    sum.passed++;
  }
}
