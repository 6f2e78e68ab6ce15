// `registry import` and `registry export`: adapters in PEFT's layout, from and to folders of the caller's.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isSha256 } from '@tomograph/kernel';
import { exportPeftFolder, readPeftFolder, verifyBytes, writePeftFolder } from '@tomograph/registry';
import { importAdapter } from '@tomograph/worker';
import { assertReadable } from '../../jobs/into-quarantine.js';
import { printJson, say } from '../../output.js';
import { readLabels } from '../task/task-data.js';
import { openLocalModels, uriOf } from './open-models.js';

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
  const labels = options.labels === undefined ? undefined : await readLabels(options.labels);
  await using opened = await openLocalModels();
  const { row, certificate } = await importAdapter(opened.models, opened.config.home, {
    files,
    name: options.name,
    by: opened.by,
    licence: options.licence,
    base: options.base,
    from: options.from,
    declaresBase: options.declareBase === true,
    ...(labels === undefined ? {} : { labels }),
    ...(options.description === undefined ? {} : { description: options.description }),
  });
  const { model, version, manifest } = row;
  const { verdict, reasons } = certificate.document;
  if (options.json)
    printJson({ model, version, manifest, verdict, certificate: certificate.digest, reasons });
  else {
    process.stdout.write(`models:/${model}/${version}\n`);
    say(`certificate ${verdict}`);
    for (const reason of reasons) say(`red: ${reason}`);
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

/** The adapter's three files; its certificate and the key that signed it lie beside them. */
export async function exportModel(uri: string, options: { output: string; json?: boolean }): Promise<void> {
  await using opened = await openLocalModels();
  const { registry, key } = opened.models;
  const row = await registry.find(uriOf(uri));
  await writePeftFolder(options.output, await exportPeftFolder(registry.blobs, row.manifest));
  const files = ['adapter_config.json', 'adapter_model.safetensors', 'README.md'];
  const certificate = (await registry.state()).certificate(row.model, row.version);
  if (certificate !== undefined) {
    await writeFile(
      join(options.output, 'certificate.json'),
      await registry.blobs.get(certificate.certificate),
    );
    await writeFile(join(options.output, 'certificate.pub'), `${key.publicKey}\n`);
    files.push('certificate.json', 'certificate.pub');
  }
  if (options.json) printJson({ model: row.model, version: row.version, directory: options.output, files });
  else say(`${files.length} files written to ${options.output}`);
}
