// Turns the API's schema snapshot and src/graphql/operations/*.graphql into src/graphql/generated/*. Not a build step: the
// result is committed, and generated.test.ts says when it is stale. Run: npm run generate -w apps/web
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { buildSchema, concatAST, Kind, parse, print, separateOperations, validate } from 'graphql';

const web = fileURLToPath(new URL('..', import.meta.url));
const snapshot = join(web, '../api/schema.graphql'); // the served SDL, kept by the API's own test
const folder = join(web, 'src/graphql');
const notice =
  '// Made by scripts/generate-graphql.mjs from the API schema and operations/*.graphql. Do not edit.\n';

function readSdl() {
  return readFileSync(snapshot, 'utf8');
}

function readOperations() {
  const names = readdirSync(join(folder, 'operations')).filter((name) => name.endsWith('.graphql'));
  return concatAST(names.sort().map((name) => parse(readFileSync(join(folder, 'operations', name), 'utf8'))));
}

/** @returns {Promise<Record<string, string>>} file name under src/graphql/generated -> content */
export async function generate() {
  const schema = buildSchema(readSdl());
  const document = readOperations();
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(`operations do not fit the schema:\n${errors.join('\n')}`);
  const types = await codegen({
    schema: parse(readSdl()),
    schemaAst: schema,
    documents: [{ location: 'operations', document }],
    filename: 'types.ts',
    config: {
      enumsAsTypes: true,
      skipTypename: true,
      useTypeImports: true,
      scalars: { ID: 'string', DateTime: 'string', Date: 'string', Sha256: 'string' },
    },
    plugins: [{ operations: {} }],
    pluginMap: { operations: operationsPlugin },
  });
  const definitions = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const table = definitions.map((node) => {
    const suffix = node.operation[0].toUpperCase() + node.operation.slice(1);
    return `  ${node.name.value}: { data: ${node.name.value}${suffix}; variables: ${node.name.value}${suffix}Variables };`;
  });
  const texts = Object.entries(separateOperations(document)).map(
    ([name, part]) => `  ${name}: ${JSON.stringify(print(part))},`,
  );
  return {
    'types.ts': `${notice}${types}\nexport interface Operations {\n${table.join('\n')}\n}\n`,
    'operation-texts.ts': `${notice}export const operationTexts = {\n${texts.join('\n')}\n} as const;\n`,
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, content] of Object.entries(await generate())) {
    writeFileSync(join(folder, 'generated', name), content);
  }
}
