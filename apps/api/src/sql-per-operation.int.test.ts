// The list of SQL statements of each operation of the web is a snapshot: an N+1 shows up as a longer list.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodeId } from './schema/global-id.js';
import { testApi } from './testing/test-api.js';

const folder = fileURLToPath(new URL('../../web/src/graphql/operations/', import.meta.url));
const document = readdirSync(folder)
  .map((name) => readFileSync(folder + name, 'utf8'))
  .join('\n');

test('statements per operation', async () => {
  await using api = await testApi();
  const caseId = encodeId('Case', api.own.cases[0]!.studyId);
  const operations: [name: string, variables: object][] = [
    ['LatestCases', { first: 3 }],
    ['CaseDetail', { id: caseId }],
    ['SimilarCases', { id: caseId, first: 3 }],
    ['SearchCases', { first: 3, input: { text: 'emphysema', case: caseId } }],
    ['Jobs', { first: 3 }],
    ['Job', { id: encodeId('Job', api.own.jobId) }],
    ['Viewer', {}],
    ['Spaces', {}],
    ['Models', {}],
    ['ModelDetail', { name: 'spleen' }],
    ['TaskChoices', {}],
    ['Segmentations', { series: encodeId('Series', api.own.cases[0]!.seriesId) }],
    ['Nodules', { series: encodeId('Series', api.own.cases[0]!.seriesId) }],
    ['ModelJob', { id: encodeId('Job', api.own.jobId), afterSeq: 0 }],
    ['ApiKeys', { first: 3 }],
  ];
  await ask('Viewer', {}); // notes that the key was used: once a minute, not in every list
  await ask('ModelDetail', { name: 'spleen' }); // reads the log up to now: later ones read on
  const lists: string[] = [];
  for (const [name, variables] of operations) {
    const statements: string[] = [];
    const stop = api.database.observeSql((text) => statements.push(nameOf(text)));
    const answer = await ask(name, variables);
    stop();
    expect(answer.errors, name).toEqual([]);
    // sorted: fields of one level ask at the same time, so their order is the machine's
    lists.push(
      `${name}\n${statements
        .sort()
        .map((statement) => `  ${statement}`)
        .join('\n')}`,
    );
  }
  await expect(`${lists.join('\n\n')}\n`).toMatchFileSnapshot('sql-per-operation.snapshot.txt');

  async function ask(operationName: string, variables: object) {
    const response = await api.fetch(api.own.keys.ADMIN, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: used(operationName), operationName, variables }),
    });
    return { errors: [], ...((await response.json()) as { errors?: unknown[] }) };
  }
}, 120_000); // many operations, each by HTTP

/** The operation and the fragments it needs, since unused fragments are refused. */
function used(operationName: string): string {
  const parts = document.split(/\n(?=fragment |query |mutation |subscription )/);
  const named = (kind: string, name: string) =>
    parts.find((part) => new RegExp(`^\\s*${kind} ${name}\\b`).test(part))!;
  const taken = new Set<string>();
  const take = (part: string): void => {
    taken.add(part);
    for (const [, name] of part.matchAll(/\.\.\.(\w+)/g)) {
      const fragment = named('fragment', name!);
      if (!taken.has(fragment)) take(fragment);
    }
  };
  take(named('query', operationName));
  return [...taken].join('\n');
}

const tables =
  'active_space api_key api_key_project audit_event blob embedding embedding_space job job_event nodule_assessment patient project registry_event registry_version report report_sentence segmentation series study study_blob upload worker_session xray'.split(
    ' ',
  );

/** Enough of a statement to know it again: verb and tables, whatever its columns, values and inner names are. */
function nameOf(text: string): string {
  const words = text.replaceAll(/--.*/g, '').replaceAll('"public".', '').match(/\w+/g) ?? [];
  const verb = words[0]?.toLowerCase();
  const used = /\b(?:from|join|into|update)\s+"?(\w+)/gi;
  const named = new Set(
    [...text.replaceAll('"public".', '').matchAll(used)].map((match) => match[1]!.toLowerCase()),
  );
  return [verb, ...tables.filter((table) => named.has(table))].join(' ');
}
