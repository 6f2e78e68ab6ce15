// `registry export`: an adapter in PEFT's layout, to a folder of the caller's.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportPeftFolder, writePeftFolder } from '@tomograph/registry';
import { printJson, say } from '../../output.js';
import { openLocalModels, uriOf } from './open-models.js';

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
