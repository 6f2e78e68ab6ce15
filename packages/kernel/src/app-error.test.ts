import { expect, it } from 'vitest';
import { AppError, appErrorFromJson, errorCodes, toAppError } from './app-error.js';

it('masks what is not an AppError and keeps the cause', () => {
  const cause = new Error('patient Jane at /srv/data');
  const error = toAppError(cause);
  expect(error).toMatchObject({ code: 'INTERNAL', cause });
  expect(error.message).not.toMatch(/Jane|srv/);
});

it('survives a process border', () => {
  const error = new AppError('FORMAT_CORRUPT', { message: 'cut short', facts: { bytes: 3 } });
  expect(appErrorFromJson(JSON.parse(JSON.stringify(error)))).toMatchObject({
    code: 'FORMAT_CORRUPT',
    message: 'cut short',
    facts: { bytes: 3 },
  });
  expect(appErrorFromJson({ code: 'no such code' }).code).toBe('INTERNAL');
});

it('lists every code once', () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length);
});
