// The public schema: nothing that was designed is missing, and every change of it shows in review.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildASTSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { publicSdl, schema } from './schema.js';

const designed = buildASTSchema(
  withPayloads(readFileSync(fileOf('../../../../docs/reference/api.graphql'), 'utf8')),
);

test('the sorted SDL is the committed one', async () => {
  await expect(publicSdl()).toMatchFileSnapshot(fileOf('../../schema.graphql'));
});

test('offers every type, field, argument and value of the designed schema, with the same types', () => {
  const served = new Set(claimsOf(schema));
  expect(claimsOf(designed).filter((claim) => !served.has(claim))).toEqual([]);
});

test('never offers a raw vector', () => {
  expect(claimsOf(schema).filter((claim) => /vector|embedding:|affine/i.test(claim))).toEqual([]);
});

/** One line per promise: `Case.series: [Series!]!`, `Query.cases(first: Int)`, `Role = READER`. */
function claimsOf(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap())
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) => {
      if (isEnumType(type)) return type.getValues().map((value) => `${type.name} = ${value.name}`);
      if (isInputObjectType(type)) {
        return Object.values(type.getFields()).map(
          (field) => `input ${type.name}.${field.name}: ${field.type}`,
        );
      }
      if (!isObjectType(type) && !isInterfaceType(type)) return [`type ${type.name}`];
      const interfaces = type.getInterfaces().map((each) => `${type.name} implements ${each.name}`);
      const fields = Object.values(type.getFields()).flatMap((field) => [
        `${type.name}.${field.name}: ${field.type}`,
        ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}: ${arg.type})`),
      ]);
      return [...interfaces, ...fields];
    });
}

/** The design leaves connections, the other inputs and payloads to their pattern: "follow the same pattern". */
function withPayloads(sdl: string) {
  const connections = ['Case', 'Finding', 'Job', 'ApiKey'].map(
    (name) => `type ${name}Connection { edges: [${name}Edge!]! pageInfo: PageInfo! }
               type ${name}Edge { node: ${name}! cursor: String! }`,
  );
  const pattern: [string, string, string][] = [
    ['CancelJob', 'job: ID!', 'job: Job'],
    ['EraseCase', 'case: ID!', 'erasedCase: ID'],
    ['ActivateSpace', 'space: ID!', 'space: EmbeddingSpace'],
    ['RollbackSpace', 'channel: SearchChannel!', 'space: EmbeddingSpace'],
    ['CreateApiKey', 'name: String! role: Role! projects: [ID!]', 'apiKey: ApiKey key: String'],
    ['RevokeApiKey', 'apiKey: ID!', 'apiKey: ApiKey'],
  ];
  const mutations = pattern.map(
    ([name, input, output]) => `input ${name}Input { ${input} clientMutationId: String }
      type ${name}Payload { ${output} userErrors: [UserError!]! clientMutationId: String }`,
  );
  return parse([sdl, ...connections, ...mutations].join('\n'));
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
