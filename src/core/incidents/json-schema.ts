import { notesSchema } from '../notes/notes-schema.ts';
import { packSchema } from './pack-schema.ts';
import { textForms, type RecordSchema, type Schema } from './schema.ts';

/** A JSON Schema (draft 7, the one that YAML editors know). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a pack for other programs. What only `readPack` can say, ids that exist for one, is not in it. */
export function packJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'KernLens incident pack',
    ...jsonOf(packSchema),
    definitions: { words: wordsSchema },
  };
}

/** The schema of a file of notes. */
export function notesJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'KernLens notes',
    ...jsonOf(notesSchema),
  };
}

const wordsSchema: JsonSchema = {
  anyOf: [
    { type: 'string', minLength: 1 },
    {
      type: 'object',
      properties: { en: { type: 'string', minLength: 1 }, 'zh-cn': { type: 'string', minLength: 1 } },
      required: ['en'],
      additionalProperties: false,
    },
  ],
};

function jsonOf(schema: Schema): JsonSchema {
  switch (schema.kind) {
    case 'exactly':
      return { const: schema.value };
    case 'count':
      return { type: 'integer', minimum: 1 };
    case 'text':
      return schema.form === undefined
        ? { type: 'string', minLength: 1 }
        : { type: 'string', pattern: textForms[schema.form].source };
    case 'word':
      return { type: 'string', enum: schema.words };
    case 'words':
      return { $ref: '#/definitions/words' };
    case 'list':
      return { type: 'array', items: jsonOf(schema.of), minItems: schema.least };
    case 'record':
      return recordOf(schema);
    case 'one-of':
    case 'by-word':
      return { type: 'object', oneOf: [...new Set(Object.values(schema.variants))].map(recordOf) };
  }
}

function recordOf({ keys, notEmpty }: RecordSchema): JsonSchema {
  const entries = Object.entries(keys);
  const required = entries.filter(([, { needed }]) => needed).map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([key, { schema, says }]) => [
        key,
        { ...jsonOf(schema), ...(says === undefined ? {} : { description: says }) },
      ]),
    ),
    ...(required.length === 0 ? {} : { required }),
    ...(notEmpty === undefined ? {} : { minProperties: 1 }),
    additionalProperties: false,
  };
}
