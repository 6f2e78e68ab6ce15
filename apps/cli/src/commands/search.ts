// `tomograph search "text" | --xray FILE | --study ID`: the same search as the API's, on this machine's installation.
import { AppError, loadConfig } from '@tomograph/kernel';
import { type SearchPage, searchCases } from '@tomograph/retrieval';
import { ComputeThread, describeQueryXray, encodeQuery } from '@tomograph/worker';
import { Command } from 'commander';
import { printJson, say } from '../output.js';
import { type Local, openLocal } from '../serve/local.js';

interface SearchOptions {
  readonly xray?: string;
  readonly study?: string;
  readonly first: string;
  readonly json?: boolean;
}

export function searchCommand(): Command {
  return new Command('search')
    .description('find cases by report text, by an X-ray or CT file, or like another case')
    .argument('[text]', 'words, findings, "no finding"')
    .option('--xray <file>', 'an X-ray (DICOM, PNG, JPEG) or a CT to ask with')
    .option('--study <id>', 'cases like this one')
    .option('--first <n>', 'how many', '10')
    .option('--json', 'print the whole answer as JSON')
    .action(search);
}

async function search(text: string | undefined, options: SearchOptions): Promise<void> {
  const first = Number(options.first);
  if (!Number.isInteger(first) || first < 1 || first > 100) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `--first is a whole number from 1 to 100, got ${options.first}`,
    });
  }
  if (text === undefined && options.xray === undefined && options.study === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'say what to search for: a text, --xray FILE or --study ID',
    });
  }
  await using local = await openLocal(loadConfig());
  const vectors = [
    ...(options.xray === undefined ? [] : await describe(options.xray, local)),
    ...(text === undefined ? [] : await encode(text, local)),
  ];
  const viewer = { projectIds: local.who.projectIds };
  const page = await searchCases(local.database, viewer, { text, vectors, studyId: options.study, first });
  if (options.json) printJson(page);
  else tell(page);
}

async function describe(file: string, { database }: Local) {
  await using compute = new ComputeThread();
  return await describeQueryXray(file, { database, compute }); // awaited here: the thread must outlive it
}

async function encode(text: string, { database }: Local) {
  await using compute = new ComputeThread();
  return await encodeQuery(text, { database, compute });
}

function tell(page: SearchPage): void {
  for (const [at, hit] of page.hits.entries()) {
    const sentence = hit.why.find((reason) => reason.sentence)?.sentence?.text ?? '';
    const channels = hit.why.map((reason) => `${reason.channel.toLowerCase()} #${reason.rank}`).join(', ');
    process.stdout.write(
      `${String(at + 1).padStart(3)}  ${hit.studyId}  ${hit.score.toFixed(4)}  ${channels}  ${sentence}\n`,
    );
  }
  for (const channel of page.channels) {
    const recall = channel.recallAt10 == null ? '' : `, recall@10 ${channel.recallAt10.toFixed(3)}`;
    say(
      `${channel.channel.toLowerCase()}: ${channel.mode.toLowerCase()}, ${channel.candidates} candidates${recall}, ${channel.tookMs.toFixed(1)} ms`,
    );
  }
  if (page.shortfall > 0) say(`${page.shortfall} fewer than asked were found`);
}
