import { expect, test } from 'vitest';
import { codesOf, maxFindingsAsked, maxPromptChars, maxPromptPairs, promptsOf } from './findings-asked.js';

test.each([
  ['PLEURAL_EFFUSION', 'PLEURAL_EFFUSION'],
  ['pleural effusion', 'PLEURAL_EFFUSION'],
  ['lung-nodule', 'LUNG_NODULE'],
  ['enlarged heart', 'CARDIOMEGALY'],
  ['fluid in the pleural space', 'PLEURAL_EFFUSION'],
])('"%s" is the finding %s', (asked, code) => {
  expect(codesOf([asked])).toEqual([code]);
});

test('a finding asked twice in other words is answered once', () => {
  expect(codesOf(['pleural effusion', 'PLEURAL_EFFUSION'])).toEqual(['PLEURAL_EFFUSION']);
});

test('an unknown finding is refused with those it may have meant', () => {
  const refused = () => codesOf(['plural efusion']);
  expect(refused).toThrow(/did you mean PLEURAL_EFFUSION/);
  try {
    refused();
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', facts: { argument: 'findings' } });
  }
});

test('what denies is made from what affirms where it is not given', () => {
  const asked = [
    { present: ['There is a rib fracture.', 'Rib fracture'] },
    { present: ['x'], absent: ['y'] },
  ];
  expect(promptsOf(asked)).toEqual([
    {
      present: ['There is a rib fracture.', 'Rib fracture'],
      absent: ['There is no rib fracture.', 'No rib fracture'],
    },
    { present: ['x'], absent: ['y'] },
  ]);
});

test.each([
  ['findings', () => codesOf(new Array(maxFindingsAsked + 1).fill('EMPHYSEMA'))],
  ['letters of a finding', () => codesOf(['x'.repeat(maxPromptChars + 1)])],
  ['pairs', () => promptsOf(new Array(maxPromptPairs + 1).fill({ present: ['x'] }))],
  ['prompts of a pair', () => promptsOf([{ present: new Array(11).fill('x') }])],
  ['letters of a prompt', () => promptsOf([{ present: ['x'.repeat(maxPromptChars + 1)] }])],
])('too many %s are refused', (_what, ask) => {
  expect(ask).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});

test('a pair that affirms nothing is refused', () => {
  expect(() => promptsOf([{ present: [' '] }])).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});
