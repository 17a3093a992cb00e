import { packJsonSchema } from '../../core/incidents/json-schema.ts';
import { type Command, status, UsageError } from '../command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  usage: 'pack',
  summary: 'The JSON Schema of incident packs, for editors and other checkers.',
  options: {},
  needsTree: false,
  async run(call) {
    if (call.words.join(' ') !== 'pack') throw new UsageError('the only schema there is, is that of a pack');
    call.print(JSON.stringify(packJsonSchema(), null, 2));
    return status.done;
  },
};
