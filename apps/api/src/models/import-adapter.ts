// An adapter that was trained elsewhere, from its uploads to a job. Every misfit is refused here by its own code, before
// anything is stored and before a network is loaded; running it, registering it and its certificate are the job's.
import { readFile } from 'node:fs/promises';
import type { JobRecord, UploadRecord, ViewerDb } from '@tomograph/data';
import { requireRole } from '@tomograph/data';
import {
  AppError,
  canonicalJson,
  type ImportAdapterInput,
  importAdapterInputSchema,
  type Sha256,
  sha256,
} from '@tomograph/kernel';
import {
  checkImport,
  formatModelUri,
  type ImportWords,
  modelNameSchema,
  type PeftFiles,
  readBaseManifest,
  verifyBytes,
} from '@tomograph/registry';
import type { Quarantine } from '../server/quarantine.js';
import type { ModelCatalogue } from './model-catalogue.js';
import { resolveBase } from './resolve-tasks.js';

export interface ImportParts {
  readonly db: ViewerDb;
  readonly models: ModelCatalogue;
  readonly quarantine: Quarantine;
}

export interface ImportRequest extends ImportWords {
  readonly name: string;
  readonly description: string;
  readonly from: string | undefined;
  readonly uploads: { readonly config: string; readonly model: string; readonly card: string | undefined };
  readonly base: string | undefined;
  /** What adapter_model.safetensors hashes to, by the importer's word. */
  readonly digest: Sha256 | undefined;
}

/**
 * The same files and words are the same job, and the same version. The uploads stay until they expire, so that asking again
 * gives the same answer.
 * @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT, and as checkImport
 */
export async function importAdapter(parts: ImportParts, request: ImportRequest): Promise<JobRecord> {
  const { db, models } = parts;
  await requireRole(models.database, db.viewer, 'CURATOR', 'model.import');
  const { uploads, name, base: baseName, digest, ...said } = request;
  await checkName(models, name);
  const ids = [uploads.config, uploads.model, ...(uploads.card === undefined ? [] : [uploads.card])];
  const received: UploadRecord[] = [];
  for (const id of ids) received.push(await adapterUpload(db, id));
  const row = await resolveBase(models, baseName);
  const files = await filesOf(parts.quarantine, received);
  if (digest !== undefined) verifyBytes(files.adapterModel, digest);
  const { licence } = checkImport(files, await readBaseManifest(models.registry.blobs, row.manifest), said);
  const input = parseInput({
    ...said,
    name,
    licence,
    base: formatModelUri({ model: row.model, version: row.version }),
    config: sha256(files.adapterConfig),
    model: sha256(files.adapterModel),
    who: db.viewer.name,
  });
  const { blobs } = models.registry;
  for (const bytes of [files.adapterConfig, files.adapterModel]) await blobs.put(bytes);
  const { projectId } = received[0]!;
  return db.job(
    (await db.enqueueJob({ projectId, kind: 'IMPORT_ADAPTER', key: importKey(input), input })).id,
  );
}

/** Whoever asks: the same import is the same job. */
function importKey({ who: _, ...input }: ImportAdapterInput): string {
  return `import:${sha256(canonicalJson(input)).slice(7, 39)}`;
}

async function checkName({ registry }: ModelCatalogue, name: string): Promise<void> {
  if (!modelNameSchema.safeParse(name).success) {
    throw invalid('name', 'a name is 1 to 64 lower case letters, digits, . _ or -');
  }
  const known = (await registry.state()).versions(name)[0];
  if (known?.kind === 'base') throw invalid('name', `${name} is the name of a base: choose another`);
}

function parseInput(draft: unknown): ImportAdapterInput {
  const parsed = importAdapterInputSchema.safeParse(draft);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(String(issue!.path[0]), `${issue!.path.join('.')}: ${issue!.message}`);
}

async function adapterUpload(db: ViewerDb, id: string): Promise<UploadRecord> {
  const upload = await db.upload(id);
  if (upload.kind !== 'ADAPTER') throw invalid('adapterModel', 'this upload is not of kind ADAPTER');
  if (upload.receivedBytes === null) throw invalid('adapterModel', 'send the bytes to uploadUrl first');
  return upload;
}

async function filesOf(quarantine: Quarantine, received: readonly UploadRecord[]): Promise<PeftFiles> {
  const [adapterConfig, adapterModel, card] = await Promise.all(
    received.map(({ id }) => bytesOf(quarantine, id)),
  );
  return { adapterConfig: adapterConfig!, adapterModel: adapterModel!, card };
}

async function bytesOf(quarantine: Quarantine, id: string): Promise<Uint8Array> {
  try {
    return await readFile(quarantine.inputPathOf(id));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new AppError('NOT_FOUND', {
      message: 'the bytes of this upload expired, or lie on another machine: send them again',
      cause,
    });
  }
}

function invalid(argument: string, message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
