// Caps on operations, against the real schema.
import { AppError } from '@tomograph/kernel';
import { getIntrospectionQuery, getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../schema/schema.js';
import { countObjects } from './cost.js';
import { inspectOperation } from './inspect-operation.js';
import { defaultLimits } from './limits.js';

function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  return inspectOperation(schema, document, getOperationAST(document)!, variables, defaultLimits)
    .requestedCost;
}

function capOf(query: string): unknown {
  try {
    costOf(query);
  } catch (error) {
    if (error instanceof AppError && error.code === 'LIMIT_EXCEEDED') return error.facts.cap;
    throw error;
  }
  return undefined;
}

describe('cost', () => {
  test('is one point for each object asked for', () => {
    expect(costOf('{ viewer { name role } }')).toBe(1);
    expect(costOf('{ viewer { projects { name } } }')).toBe(1 + 4);
  });

  test('is multiplied by the page size, given, by variable or by default', () => {
    const query = 'query ($n: Int) { cases(first: $n) { edges { node { label } } } }';
    expect(costOf(query, { n: 10 })).toBe(1 + 10 * 2);
    expect(costOf(query, { n: 100 })).toBe(1 + 100 * 2);
    expect(costOf(query)).toBe(1 + defaultLimits.defaultPageSize * 2);
  });

  test('counts fragments where they are spread', () => {
    expect(
      costOf(
        '{ cases(first: 3) { edges { ...e } } } fragment e on CaseEdge { node { ...c } } fragment c on Case { series { id } }',
      ),
    ).toBe(1 + 3 * (1 + 1 + 4));
  });

  test('adds the price of a search for each case that asks for similar ones', () => {
    expect(capOf('{ cases(first: 40) { edges { node { similar(first: 5) { shortfall } } } } }')).toBe(
      undefined,
    );
    expect(capOf('{ cases(first: 100) { edges { node { similar(first: 5) { shortfall } } } } }')).toBe(
      'cost',
    );
  });

  test('weighs doubling fragments without walking them', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, i) =>
        `fragment f${i} on Case { a: similar(first: 1) { edges { node { ...f${i + 1} } } } b: similar(first: 1) { edges { node { ...f${i + 1} } } } }`,
    ).join(' ');
    const before = performance.now();
    expect(() => costOf(`{ case(id: "x") { ...f0 } } ${doubling} fragment f60 on Case { id }`)).toThrow();
    expect(performance.now() - before).toBeLessThan(500);
  });

  test('of an answer is the number of its objects', () => {
    expect(countObjects({ a: [{ b: 1 }, { b: [1, 2] }], c: null })).toBe(3);
  });
});

describe('caps', () => {
  test('let the standard introspection query through', () => {
    expect(capOf(getIntrospectionQuery())).toBeUndefined();
  });

  test.each([
    ['aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['directives', `{ viewer { name ${'@include(if: true) '.repeat(51)} } }`],
    ['repeats of one field', '{ viewer { name name name name } }'],
    ['root fields', `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    [
      'depth',
      `{ case(id: "x") { ${'similar(first: 1) { edges { node { '.repeat(4)} id ${'} } }'.repeat(4)} } }`,
    ],
  ])('refuse too many %s', (cap, query) => {
    expect(capOf(query)).toBe(cap);
  });

  test('refuse aliases hidden in fragments', () => {
    const fields = Array.from({ length: 16 }, (_, i) => `a${i}: name`).join(' ');
    expect(capOf(`{ viewer { ...v } } fragment v on Viewer { ${fields} }`)).toBe('aliases');
  });
});
