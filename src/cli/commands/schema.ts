import { notesJsonSchema, packJsonSchema } from '../../core/incidents/json-schema.ts';
import { type Command, status, UsageError } from '../command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  usage: 'pack|notes',
  summary: 'The JSON Schema of incident packs or of notes, for editors and other checkers.',
  options: {},
  needsTree: false,
  async run(call) {
    const [what, ...more] = call.words;
    if ((what !== 'pack' && what !== 'notes') || more.length > 0) throw new UsageError('there are two schemas');
    call.print(JSON.stringify(what === 'pack' ? packJsonSchema() : notesJsonSchema(), null, 2));
    return status.done;
  },
};
