import { AppError, errorCodes } from '@tomograph/kernel';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { formatGraphQLError, httpStatusOf, isUnexpected } from './client-error.js';
import { describeError } from './log-error.js';

const canary = 'CANARY^PATIENT';

function formatted(error: GraphQLError) {
  return formatGraphQLError(error.toJSON(), error);
}

test('shows an AppError with its code and facts, however deeply it was wrapped', () => {
  const inner = new AppError('NOT_FOUND', { message: 'no such case', facts: { kind: 'case' } });
  const wrapped = new GraphQLError('x', { originalError: new GraphQLError('y', { originalError: inner }) });
  expect(formatted(wrapped)).toMatchObject({
    message: 'no such case',
    extensions: { code: 'NOT_FOUND', facts: { kind: 'case' } },
  });
});

test('masks whatever was not expected', () => {
  const error = new GraphQLError('x', { originalError: new TypeError(`cannot read ${canary}`) });
  expect(JSON.stringify(formatted(error))).not.toContain(canary);
  expect(formatted(error).extensions).toEqual({ code: 'INTERNAL' });
  expect(isUnexpected(error)).toBe(true);
});

test('masks the message of an AppError INTERNAL, whose cause may say anything', () => {
  const error = new GraphQLError('x', { originalError: new AppError('INTERNAL', { message: canary }) });
  expect(JSON.stringify(formatted(error))).not.toContain(canary);
});

test("keeps the reason of a document's own fault beside our code", () => {
  const error = new GraphQLError('Cannot query field "x"', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  expect(formatted(error)).toMatchObject({
    message: 'Cannot query field "x"',
    extensions: { code: 'INVALID_ARGUMENT', reason: 'GRAPHQL_VALIDATION_FAILED' },
  });
  expect(isUnexpected(error)).toBe(false);
});

test('every code has an HTTP status that says failure', () => {
  for (const code of errorCodes) expect(httpStatusOf(code)).toBeGreaterThanOrEqual(400);
});

test('the log says where an error arose and never what it says', () => {
  const cause = Object.assign(new RangeError(canary), { code: '23505', detail: canary });
  const described = describeError(new Error(canary, { cause }));
  expect(JSON.stringify(described)).not.toContain(canary);
  expect(described).toMatchObject({ type: 'Error', cause: { type: 'RangeError', code: '23505' } });
  expect(described.frames[0]).toMatch(/client-error\.test/);
});
