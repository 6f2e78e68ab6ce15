// `registry import`: an adapter in PEFT's layout from a folder of the caller's, checked here at once and then taken in by a job
// like any other; the worker that takes it may be this process. The same folder again is the same job and version.
import {
  AppError,
  canonicalJson,
  type ImportAdapterInput,
  type ImportAdapterResult,
  importAdapterInputSchema,
  isSha256,
  sha256,
} from '@tomograph/kernel';
import {
  checkImport,
  formatModelUri,
  type PeftFiles,
  readBaseManifest,
  readPeftFolder,
  verifyBytes,
} from '@tomograph/registry';
import { shippedBaseName, startWorker, uriOfTask } from '@tomograph/worker';
import { pino } from 'pino';
import { assertReadable } from '../../jobs/into-quarantine.js';
import { runJob } from '../../jobs/run-job.js';
import { printJson, say } from '../../output.js';
import { readLabels } from '../task/task-data.js';
import { type LocalModels, openLocalModels } from './open-models.js';

interface ImportOptions {
  readonly name: string;
  readonly base?: string;
  readonly declareBase?: boolean;
  readonly labels?: string;
  readonly licence?: string;
  readonly description?: string;
  readonly from?: string;
  readonly sha256?: string;
  readonly json?: boolean;
}

export async function importModel(folder: string, options: ImportOptions): Promise<void> {
  await assertReadable(folder);
  const files = await readPeftFolder(folder);
  if (options.sha256 !== undefined) verifyBytes(files.adapterModel, digestOption(options.sha256));
  await using opened = await openLocalModels();
  const input = await checked(files, options, opened);
  const { blobs } = opened.models.registry;
  for (const bytes of [files.adapterConfig, files.adapterModel]) await blobs.put(bytes);
  tell(await run(input, opened), options.json === true);
}

/** What the job is asked for. @throws AppError: every misfit its own code, before anything is stored */
async function checked(
  files: PeftFiles,
  options: ImportOptions,
  { models, by }: LocalModels,
): Promise<ImportAdapterInput> {
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
  const { registry } = models;
  const base = await registry.resolve(uriOfTask(options.base ?? shippedBaseName));
  const declaresBase = options.declareBase === true;
  const words = { licence: options.licence, declaresBase, labels };
  const { licence } = checkImport(files, await readBaseManifest(registry.blobs, base.manifest), words);
  const parsed = importAdapterInputSchema.safeParse({
    name: options.name,
    licence,
    declaresBase,
    base: formatModelUri({ model: base.model, version: base.version }),
    config: sha256(files.adapterConfig),
    model: sha256(files.adapterModel),
    who: by.name,
    ...(labels === undefined ? {} : { labels }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.from === undefined ? {} : { from: options.from }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('INVALID_ARGUMENT', { message: `--${issue!.path.join('.')}: ${issue!.message}` });
}

async function run(input: ImportAdapterInput, { config, local }: LocalModels): Promise<ImportAdapterResult> {
  const logger = pino({ name: 'worker', level: process.env.LOG_LEVEL ?? 'error' }, pino.destination(2));
  const worker = await startWorker({
    config,
    database: local.database,
    logger,
    concurrency: 1,
    kinds: ['IMPORT_ADAPTER'],
  });
  const { who: _, ...asked } = input; // whoever asks: the same import is the same job
  try {
    return await runJob<ImportAdapterResult>(local, {
      kind: 'IMPORT_ADAPTER',
      key: `import:${sha256(canonicalJson(asked)).slice(7, 39)}`,
      input,
      title: input.name,
    });
  } finally {
    await worker.close();
  }
}

function tell(result: ImportAdapterResult, asJson: boolean): void {
  const { model, version, verdict, reasons } = result;
  if (asJson) printJson(result);
  else {
    process.stdout.write(`models:/${model}/${version}\n`);
    say(`certificate ${verdict}`);
    for (const reason of reasons) say(`red: ${reason}`);
    if (verdict === 'green') say(`to use it: tomograph registry promote ${model}/${version}`);
  }
  if (verdict === 'red') process.exitCode = 1;
}

function digestOption(text: string) {
  const digest = text.startsWith('sha256:') ? text : `sha256:${text}`;
  if (isSha256(digest)) return digest;
  throw new AppError('INVALID_ARGUMENT', {
    message: '--sha256 is 64 hex digits of adapter_model.safetensors',
  });
}
