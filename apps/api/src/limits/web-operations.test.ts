// The caps are tuned from real operations: every one that the web sends must pass with room to spare.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../schema/schema.js';
import { inspectOperation } from './inspect-operation.js';
import { defaultLimits } from './limits.js';

const folder = fileURLToPath(new URL('../../../web/src/graphql/operations/', import.meta.url));
const text = readdirSync(folder)
  .map((name) => readFileSync(folder + name, 'utf8'))
  .join('\n');
const document = parse(text);
const operations = document.definitions.filter(
  (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
);

/** The largest pages that the web asks for. */
const variables = { first: 24, id: 'x', input: {} };

test('the operations of the web are valid', () => {
  expect(validate(schema, document).map((error) => error.message)).toEqual([]);
});

test.each(operations.map((operation) => [operation.name?.value, operation] as const))(
  '%s stays under half of every cap',
  (_name, operation) => {
    const half = { ...defaultLimits, maxCost: defaultLimits.maxCost / 2, maxRepeats: 2 };
    expect(() => inspectOperation(schema, document, operation, variables, half)).not.toThrow();
  },
);
