// The rule lives in the database, which stores what it gives: prisma/migrations/0003_affirmed_words.
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

async function affirmed(sentence: string): Promise<string> {
  const [row] = await db.query<{ rest: string }>('select affirmed_words($1) as rest', [sentence]);
  return row!.rest;
}

test.each([
  'No lesion.',
  'There is no lesion.',
  'Lungs without any focal lesion.',
  'A lesion was not observed in the liver.',
  'No mass, nodule or lesion was detected in both lungs.',
  'Lesion is absent.',
  'Free of lesions.',
  'Absence of a lesion in the spleen.',
  'Negative for lesion.',
  'Neither mass nor lesion.',
])('takes out what is denied: %s', async (sentence) => {
  expect(await affirmed(sentence)).not.toMatch(/lesion/i);
});

test.each([
  'A lesion in the liver.',
  'No change in the lesion.',
  'No significant interval change of the lesion.',
  'No effusion, but a lesion in the liver.',
  'No effusion; lesion in segment IV.',
  'No effusion was observed: lesion in segment IV.',
  'The spleen is not enlarged, however there is a lesion.',
  'Lesion with no calcification.',
  'A knotty lesion of note.',
])('leaves what is said to be there: %s', async (sentence) => {
  expect(await affirmed(sentence)).toMatch(/lesion/i);
});

test('a very long sentence without an end is handled at once', async () => {
  const start = performance.now();
  await affirmed('lesion and then '.repeat(2000));
  await affirmed('no lesion '.repeat(2000));
  expect(performance.now() - start).toBeLessThan(2000);
});
