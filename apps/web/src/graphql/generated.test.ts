import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { generate } from '../../scripts/generate-graphql.mjs';

describe('the generated GraphQL files', () => {
  it('are what the API schema and the operations give today (else: npm run generate -w apps/web)', async () => {
    for (const [name, content] of Object.entries(await generate())) {
      const path = fileURLToPath(new URL(`./generated/${name}`, import.meta.url));
      expect(readFileSync(path, 'utf8'), name).toBe(content);
    }
  });
});
