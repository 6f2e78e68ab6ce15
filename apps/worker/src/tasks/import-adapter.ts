// An adapter that was trained elsewhere, as bytes in PEFT's layout -> a registered, certified version. No path: whoever
// takes requests passes bytes.

import type { VerifiedCertificate, VersionRow } from '@tomograph/registry';
import {
  type Actor,
  checkImport,
  type ImportWords,
  type PeftFiles,
  readBaseManifest,
} from '@tomograph/registry';
import { uriOfTask } from '../registry/choose-tasks.js';
import type { ModelsRoom } from '../registry/models-room.js';
import { shippedBaseName } from '../registry/shipped-base.js';
import { type CertifyOptions, certify, registerAdapter } from './register-adapter.js';

export interface ImportRequest extends ImportWords {
  readonly files: PeftFiles;
  /** Name of the task. */
  readonly name: string;
  readonly description?: string;
  /** URI of the base; default the shipped one's champion. */
  readonly base?: string | undefined;
  /** Where it comes from, in words or as an address. */
  readonly from?: string | undefined;
  readonly by: Actor;
  /** Stands in the manifest, so that asking again at the same time is the same version; default now. */
  readonly createdAt?: Date;
}

/** Registers and replays the canaries. @throws AppError as registerImported and issueCertificate */
export async function importAdapter(
  models: ModelsRoom,
  home: string,
  request: ImportRequest,
  options: Pick<CertifyOptions, 'signal' | 'onProgress'> & { readonly onRegistered?: () => void } = {},
): Promise<{ row: VersionRow; certificate: VerifiedCertificate }> {
  const { onRegistered, ...certifying } = options;
  const row = await registerImported(models, request);
  onRegistered?.();
  const certificate = await certify(models, row, {
    home,
    who: request.by.name,
    why: 'imported',
    ...certifying,
  });
  return { row, certificate };
}

/**
 * Without a certificate: a protected alias asks for one.
 * @throws AppError as checkImport and Registry.register: every misfit its own code
 */
export async function registerImported(models: ModelsRoom, request: ImportRequest): Promise<VersionRow> {
  await models.prepare();
  const base = await models.registry.resolve(uriOfTask(request.base ?? shippedBaseName));
  const baseManifest = await readBaseManifest(models.registry.blobs, base.manifest);
  const { licence, labels, options } = checkImport(request.files, baseManifest, request);
  // what does not fit is refused before the network is loaded
  const session = await models.house.base(base.manifest);
  return registerAdapter(
    models,
    session,
    {
      name: request.name,
      description: request.description ?? '',
      licence,
      labels,
      metrics: [],
      provenance: {
        origin: 'imported',
        createdAt: (request.createdAt ?? new Date()).toISOString(),
        createdBy: request.by.name,
        code: null,
        seed: null,
        steps: null,
        method: 'trained elsewhere',
        data: null,
        from: request.from ?? null,
      },
      files: { adapterConfig: request.files.adapterConfig, adapterModel: request.files.adapterModel },
    },
    request.by,
    'imported',
    options,
  );
}
