// An adapter that was trained elsewhere, from its uploads to a version. Every misfit is refused here by its own code, before
// anything is stored and before a network is loaded; running it once (its golden pair) is a function of the serve process.
import { readFile } from 'node:fs/promises';
import type { UploadRecord, ViewerDb } from '@tomograph/data';
import { requireRole } from '@tomograph/data';
import { AppError, type Sha256, type TrainTaskInput } from '@tomograph/kernel';
import {
  type Actor,
  blobOf,
  formatModelUri,
  importPeftFolder,
  modelNameSchema,
  type PeftFiles,
  readBaseManifest,
  type VersionRow,
  verifyBytes,
} from '@tomograph/registry';
import type { Quarantine } from '../server/quarantine.js';
import type { ModelCatalogue } from './model-catalogue.js';
import { resolveBase } from './resolve-tasks.js';

/** Verified files and what is to be said of them. */
export interface AdapterImport {
  readonly files: PeftFiles;
  readonly name: string;
  readonly description: string;
  readonly licence: string | undefined;
  /** `models:/name/version` */
  readonly base: string;
  /** The importer's word that it is for this base, for files that name none. */
  readonly declaresBase: boolean;
  readonly labels: TrainTaskInput['labels'];
  readonly from: string | undefined;
  readonly by: Actor;
}

/** Runs the adapter once on the base's canary and registers it. */
export type RegisterAdapter = (request: AdapterImport) => Promise<VersionRow>;

export interface ImportParts {
  readonly db: ViewerDb;
  readonly models: ModelCatalogue;
  readonly quarantine: Quarantine;
  readonly registerAdapter: RegisterAdapter | undefined;
}

export interface ImportRequest extends Omit<AdapterImport, 'files' | 'base' | 'by'> {
  readonly uploads: { readonly config: string; readonly model: string; readonly card: string | undefined };
  readonly base: string | undefined;
  /** What adapter_model.safetensors hashes to, by the importer's word. */
  readonly digest: Sha256 | undefined;
}

/** @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT, and as importPeftFolder */
export async function importAdapter(parts: ImportParts, request: ImportRequest): Promise<VersionRow> {
  const { db, models, registerAdapter } = parts;
  await requireRole(models.database, db.viewer, 'CURATOR', 'model.import');
  const { uploads, name, base: baseName, digest, ...said } = request;
  if (!modelNameSchema.safeParse(name).success) {
    throw invalid('name', 'a name is 1 to 64 lower case letters, digits, . _ or -');
  }
  const ids = [uploads.config, uploads.model, ...(uploads.card === undefined ? [] : [uploads.card])];
  const received: UploadRecord[] = [];
  for (const id of ids) received.push(await adapterUpload(db, id));
  const row = await resolveBase(models, baseName);
  const [adapterConfig, adapterModel, card] = await Promise.all(
    received.map(({ id }) => bytesOf(parts.quarantine, id)),
  );
  const files = { adapterConfig: adapterConfig!, adapterModel: adapterModel!, card };
  if (digest !== undefined) verifyBytes(files.adapterModel, digest);
  await verify(models, row, files, request);
  if (registerAdapter === undefined) {
    throw new AppError('PROVIDER_UNAVAILABLE', {
      message: 'this API runs without an engine: import with `tomograph registry import` instead',
    });
  }
  const by = { name: db.viewer.name, mayMoveProtected: false };
  const base = formatModelUri({ model: row.model, version: row.version });
  const made = await registerAdapter({ ...said, name, files, base, by });
  for (const { id } of received) await parts.quarantine.remove(id);
  return made;
}

/** Everything that needs no network: the codes of registry-format.md §4. */
async function verify(
  models: ModelCatalogue,
  row: VersionRow,
  files: PeftFiles,
  { licence, declaresBase, labels }: ImportRequest,
): Promise<void> {
  const manifest = await readBaseManifest(models.registry.blobs, row.manifest);
  const given = Object.entries(labels ?? {}).sort(([, a], [, b]) => a.value - b.value);
  importPeftFolder(files, manifest, {
    licence,
    declaredBase: declaresBase ? blobOf(manifest, 'weights').digest : undefined,
    classes: given.length === 0 ? undefined : ['background', ...given.map(([label]) => label)],
  });
}

async function adapterUpload(db: ViewerDb, id: string): Promise<UploadRecord> {
  const upload = await db.upload(id);
  if (upload.kind !== 'ADAPTER') throw invalid('adapterModel', 'this upload is not of kind ADAPTER');
  if (upload.receivedBytes === null) throw invalid('adapterModel', 'send the bytes to uploadUrl first');
  return upload;
}

async function bytesOf(quarantine: Quarantine, id: string): Promise<Uint8Array> {
  try {
    return await readFile(quarantine.inputPathOf(id));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new AppError('NOT_FOUND', {
      message: 'the bytes of this upload were used already, or lie on another machine: send them again',
      cause,
    });
  }
}

function invalid(argument: string, message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
