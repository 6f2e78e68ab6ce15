// An adapter that was trained elsewhere, as bytes in PEFT's layout -> a registered, certified version. No path: whoever
// takes requests passes bytes.
import { AppError, type TrainTaskInput } from '@tomograph/kernel';
import {
  type Actor,
  blobOf,
  importPeftFolder,
  type Label,
  type PeftFiles,
  readBaseManifest,
  type VerifiedCertificate,
  type VersionRow,
} from '@tomograph/registry';
import { uriOfTask } from '../registry/choose-tasks.js';
import type { ModelsRoom } from '../registry/models-room.js';
import { shippedBaseName } from '../registry/shipped-base.js';
import { certify, registerAdapter } from './register-adapter.js';

export interface ImportRequest {
  readonly files: PeftFiles;
  /** Name of the task. */
  readonly name: string;
  readonly description?: string;
  /** Over the one in the card. */
  readonly licence?: string | undefined;
  /** URI of the base; default the shipped one's champion. */
  readonly base?: string | undefined;
  /** True: the importer says that it is for this base, for files that name none. */
  readonly declaresBase?: boolean;
  /** Structure -> value (ascending = order of the head's classes) and SNOMED code; needed where the file names no classes. */
  readonly labels?: TrainTaskInput['labels'];
  /** Where it comes from, in words or as an address. */
  readonly from?: string | undefined;
  readonly by: Actor;
}

/** Registers and replays the canaries. @throws AppError as registerImported and issueCertificate */
export async function importAdapter(
  models: ModelsRoom,
  home: string,
  request: ImportRequest,
): Promise<{ row: VersionRow; certificate: VerifiedCertificate }> {
  const row = await registerImported(models, request);
  const certificate = await certify(models, row, { home, who: request.by.name, why: 'imported' });
  return { row, certificate };
}

/**
 * Without a certificate: a protected alias asks for one.
 * @throws AppError as verifyAdapter, importPeftFolder and Registry.register: every misfit its own code
 */
export async function registerImported(models: ModelsRoom, request: ImportRequest): Promise<VersionRow> {
  await models.prepare();
  const base = await models.registry.resolve(uriOfTask(request.base ?? shippedBaseName));
  const baseManifest = await readBaseManifest(models.registry.blobs, base.manifest);
  const given = Object.entries(request.labels ?? {}).sort(([, a], [, b]) => a.value - b.value);
  const options = {
    declaredBase: request.declaresBase === true ? blobOf(baseManifest, 'weights').digest : undefined,
    classes: given.length === 0 ? undefined : ['background', ...given.map(([name]) => name)],
  };
  const { adapter, licence } = importPeftFolder(request.files, baseManifest, {
    ...options,
    licence: request.licence,
  });
  if (adapter.head === null) {
    throw new AppError('ADAPTER_KEY_MISSING', {
      message: 'the adapter has no head, so it names no structure',
    });
  }
  const labels = adapter.head.classes.slice(1).map((name, at): Label => {
    const known = given.find(([label]) => label === name)?.[1];
    return { value: at + 1, name, snomed: known?.snomed ?? null };
  });
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
        createdAt: new Date().toISOString(),
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
