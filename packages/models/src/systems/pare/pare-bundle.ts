// A trained PARE as files: manifest.json, weights.safetensors and one ONNX network per member. Format in
// docs/reference/pare.md. Files come from strangers: sizes and digests are checked before anything is built.
import {
  AppError,
  f32Tensor,
  f32Values,
  readTensorFile,
  type Sha256,
  type StoredTensor,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import { defaultSessionOptions, Session } from '../../runtime/session.js';
import type { LoadedPare } from './assess-nodule.js';
import type { Calibration } from './calibration.js';
import { measureNames } from './measures.js';
import type { PareConfig } from './pare-config.js';
import { type PareMember, type Runner, servingGraph } from './pare-member.js';

/** Nodules with known outcome that answers are compared with: embeddings and small pictures, nothing of a patient. */
export interface StoredNodules {
  /** Joined embedding of all members. */
  readonly embeddings: readonly Float32Array[];
  readonly malignant: Uint8Array;
  readonly diametersMm: Float32Array;
  /** Axial slice through the middle, 32 × 32 grey values each, lung window. */
  readonly thumbnails: readonly Uint8Array[];
}

export interface PareModel {
  readonly config: PareConfig;
  readonly members: readonly PareMember[];
  readonly calibration: Calibration;
  readonly stored: StoredNodules;
}

export const thumbnailExtent = 32;
const format = 'tomograph-pare/1';
const weightsFile = 'weights.safetensors';

interface Manifest {
  readonly format: typeof format;
  readonly config: PareConfig;
  readonly preprocessing: Record<string, unknown>;
  readonly labelRule: string;
  readonly calibration: Calibration;
  readonly members: number;
  readonly digests: Readonly<Record<string, Sha256>>;
}

export type BundleFiles = ReadonlyMap<string, Uint8Array>;

const networkFile = (member: number): string => `network-${member}.onnx`;

/** Equal models give equal bytes. */
export function encodePareBundle(model: PareModel): BundleFiles {
  const files = new Map<string, Uint8Array>();
  for (const [m, member] of model.members.entries())
    files.set(networkFile(m), servingGraph(member, model.config));
  files.set(weightsFile, encodeWeights(model));
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)]));
  const manifest: Manifest = {
    format,
    config: model.config,
    preprocessing: {
      input: 'CT in HU, LPS; padding below -1500 read as -1000',
      slab: 'z, y, x along LPS axes, trilinear, borders repeated, middle at the point',
      channels: ['(clip(hu, -1000, 400) + 300) / 700', 'clip(hu - 100, 0, 800) / 400'],
      measures: measureNames,
    },
    labelRule:
      'benign: rating 1-2 and class benign; malignant: rating 4-5 and class malignant; 3 and contradictions train softly and are not scored',
    calibration: model.calibration,
    members: model.members.length,
    digests,
  };
  files.set('manifest.json', new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`));
  return files;
}

function encodeWeights({ members, stored, config }: PareModel): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  for (const [m, member] of members.entries()) {
    for (const [name, { shape, data }] of member.weights)
      tensors.set(`${m}.${name}`, f32Tensor(shape, Float32Array.from(data)));
    tensors.set(
      `${m}.prototypes`,
      f32Tensor([2 * config.prototypesPerClass, config.tokenWidth], member.prototypes),
    );
    for (const name of ['pooled', 'measure'] as const) {
      const { mean, sd } = member[`${name}Moments`];
      tensors.set(`${m}.${name}s.mean`, f32Tensor([mean.length], mean));
      tensors.set(`${m}.${name}s.sd`, f32Tensor([sd.length], sd));
    }
  }
  const n = stored.embeddings.length;
  const width = config.tokenWidth * members.length;
  const embeddings = new Float32Array(n * width);
  for (const [i, row] of stored.embeddings.entries()) embeddings.set(row, i * width);
  const pixels = new Uint8Array(n * thumbnailExtent ** 2);
  for (const [i, image] of stored.thumbnails.entries()) pixels.set(image, i * thumbnailExtent ** 2);
  tensors.set('stored.embeddings', f32Tensor([n, width], embeddings));
  tensors.set('stored.diameters', f32Tensor([n], stored.diametersMm));
  tensors.set('stored.malignant', { dtype: 'U8', shape: [n], data: stored.malignant });
  tensors.set('stored.thumbnails', {
    dtype: 'U8',
    shape: [n, thumbnailExtent, thumbnailExtent],
    data: pixels,
  });
  return writeTensorFile(tensors, { format });
}

/** @throws AppError MANIFEST_INVALID, BLOB_MISSING, BLOB_CORRUPT, TENSOR_FILE_INVALID */
export function decodePareBundle(files: BundleFiles): PareModel {
  const manifest = readManifest(fileOf(files, 'manifest.json'));
  for (const [name, digest] of Object.entries(manifest.digests)) {
    const got = sha256(fileOf(files, name));
    if (got !== digest)
      throw new AppError('BLOB_CORRUPT', {
        message: `${name} of the PARE bundle: expected ${digest}, got ${got}: fetch it again`,
        facts: { file: name },
      });
  }
  const { tensors } = readTensorFile(fileOf(files, weightsFile));
  const values = (name: string): Float32Array => {
    const tensor = tensors.get(name) ?? invalid(`${weightsFile} lacks ${name}`);
    const data = f32Values(tensor);
    if (data.some((value) => !Number.isFinite(value)))
      throw new AppError('NOT_FINITE', {
        message: `${name} of the PARE bundle holds a value that is not finite`,
      });
    return data;
  };
  const members = Array.from({ length: manifest.members }, (_, m): PareMember => {
    const own = [...tensors].filter(([name]) => name.startsWith(`${m}.`));
    return {
      weights: new Map(
        own.map(([name, { shape }]) => [name.slice(`${m}.`.length), { shape, data: values(name) }]),
      ),
      prototypes: values(`${m}.prototypes`),
      pooledMoments: { mean: values(`${m}.pooleds.mean`), sd: values(`${m}.pooleds.sd`) },
      measureMoments: { mean: values(`${m}.measures.mean`), sd: values(`${m}.measures.sd`) },
    };
  });
  const width = manifest.config.tokenWidth * members.length;
  const rows = <T>(all: { length: number; slice(a: number, b: number): T }, size: number): T[] =>
    Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size));
  const bytes = (name: string): Uint8Array =>
    Uint8Array.from((tensors.get(name) ?? invalid(`${weightsFile} lacks ${name}`)).data);
  return {
    config: manifest.config,
    members,
    calibration: manifest.calibration,
    stored: {
      embeddings: rows(values('stored.embeddings'), width),
      malignant: bytes('stored.malignant'),
      diametersMm: values('stored.diameters'),
      thumbnails: rows(bytes('stored.thumbnails'), thumbnailExtent ** 2),
    },
  };
}

/**
 * A bundle ready to assess with.
 * @param open default: a Session in this process on one thread; a worker passes one that opens an InferencePool
 */
export async function openPare(
  files: BundleFiles,
  open: (network: Uint8Array) => Promise<Runner> = (network) =>
    Session.load(network, { ...defaultSessionOptions }),
): Promise<LoadedPare> {
  const model = decodePareBundle(files);
  const runners: Runner[] = [];
  for (let m = 0; m < model.members.length; m++) runners.push(await open(fileOf(files, networkFile(m))));
  return { model, runners };
}

function fileOf(files: BundleFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined)
    throw new AppError('BLOB_MISSING', { message: `the PARE bundle lacks ${name}`, facts: { file: name } });
  return bytes;
}

const invalid = (message: string): never => {
  throw new AppError('MANIFEST_INVALID', { message: `not a usable PARE bundle: ${message}` });
};

function readManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > 1 << 20) invalid(`manifest.json has ${bytes.length} bytes, at most 1 MiB is read`);
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return invalid('manifest.json is not JSON');
  }
  if (manifest?.format !== format)
    throw new AppError('FORMAT_VERSION_UNKNOWN', { message: `expected a bundle of format ${format}` });
  const { config, calibration, members, digests } = manifest;
  if (!config || !calibration || !digests || !Number.isInteger(members) || members! < 1 || members! > 16)
    return invalid('manifest.json lacks config, calibration, digests, or a number of members from 1 to 16');
  const voxels = config.patch?.reduce((n, extent) => n * extent, 1);
  if (!(voxels > 0 && voxels <= 64 ** 3)) return invalid(`a patch of ${voxels} voxels`);
  return manifest as Manifest;
}
