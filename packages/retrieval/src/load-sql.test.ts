import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadSql } from './load-sql.js';

test('fills fragments and integer literals', () => {
  const text = loadSql('rank-studies', { space: 3, width: 256, parts: 1 });
  expect(text).toContain('e.space_id = 3');
  expect(text).toContain('::vector(256)');
  expect(text).toContain('s.modalities && $2::modality[]');
  expect(text).not.toContain('{{');
});

test.each([[undefined], [Number.NaN], [1.5], [-1], ['1; drop table study' as unknown as number]])(
  'refuses %s where a literal integer belongs',
  (space) => {
    expect(() => loadSql('count-vectors', { space: space as number })).toThrow(TypeError);
  },
);

test('every statement that reads studies or vectors for a viewer is limited to projects', () => {
  const folder = new URL('./sql/', import.meta.url);
  // a whole space at once, or settings: never on behalf of a viewer; fragments and highlights read no table
  const house =
    /^(find-space|hnsw-settings|sample-vectors|nearest-exact|nearest-hnsw|study-filter|highlight-sentences)\.sql$/;
  const forViewers = readdirSync(folder).filter((file) => !house.test(file));
  expect(forViewers).toHaveLength(9);
  for (const file of forViewers) {
    const text = loadSql(file.replace('.sql', ''), { space: 1, width: 2, parts: 0 });
    expect(text, file).toMatch(/project_id = any\(\$1::uuid\[\]\)/);
  }
});
