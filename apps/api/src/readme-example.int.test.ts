// The example of this package's README, run as it stands there.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureLocalKey, openDatabase } from '@tomograph/data';
import { testDatabase } from '@tomograph/data/testing';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { startApi } from './index.js';
import { seedProject } from './testing/seed-project.js';

test('the example of the README runs', async () => {
  await using test = await testDatabase();
  await seedProject(test, 'default');
  // the default port may be taken, and the log belongs to nobody here
  const loadConfig = () => ({ ...test.config, apiPort: 0 });
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  const example = async () => {
    // example
    const config = loadConfig();
    const database = await openDatabase(config);
    const key = await ensureLocalKey(database, config.home);
    const api = await startApi({
      config,
      database,
      logger: pino({ level: 'warn' }),
      port: config.apiPort,
    });
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ cases(first: 5) { edges { node { label } } } }' }),
    });
    console.log(await answer.json());
    await api.close();
    await database.close();
    // end
  };
  await example();
  const [answer] = printed.mock.calls[0]!;
  printed.mockRestore();
  expect(answer).toMatchObject({ data: { cases: { edges: expect.any(Array) } } });
  expect(answer.data.cases.edges.length).toBeGreaterThan(0);
}, 60_000); // the template of the database may have to be made first

test('and it stands there', () => {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8').split(/ {4}\/\/ (?:example|end)\n/)[1]!;
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const plain = (text: string) => text.replaceAll(/\s|,(?=\s*[})])/g, ''); // as the formatter breaks its lines
  expect(plain(readme)).toContain(plain(own));
});
