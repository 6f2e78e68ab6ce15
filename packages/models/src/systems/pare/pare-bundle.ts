// A trained PARE as files: manifest.json, weights.safetensors and one ONNX network per member. Format in
// docs/reference/pare.md. Files come from strangers: sizes and digests are checked before anything is built.
import {
  AppError,
  f32Tensor,
  f32Values,
  readTensorFile,
  type StoredTensor,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import { defaultSessionOptions, Session } from '../../runtime/session.js';
import type { LoadedPare } from './assess-nodule.js';
import type { Calibration } from './calibration.js';
import { measureNames } from './measures.js';
import type { PareConfig } from './pare-config.js';
import {
  bundleFormat,
  invalidBundle,
  networkFile,
  type PareManifest,
  readPareManifest,
  weightsFile,
} from './pare-manifest.js';
import { type PareMember, type Runner, servingGraph } from './pare-member.js';
import { pooledWidth } from './trunk.js';

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
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Equal models give equal bytes. */
export function encodePareBundle(model: PareModel): BundleFiles {
  const files = new Map<string, Uint8Array>();
  for (const [m, member] of model.members.entries())
    files.set(networkFile(m), servingGraph(member, model.config));
  files.set(weightsFile, encodeWeights(model));
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)]));
  const manifest: PareManifest = {
    format: bundleFormat,
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
      tensors.set(`${m}.network.${name}`, f32Tensor(shape, Float32Array.from(data)));
    tensors.set(
      `${m}.prototypes`,
      f32Tensor([2 * config.prototypesPerClass, config.tokenWidth], member.prototypes),
    );
    for (const [name, { mean, sd }] of [
      ['pooled', member.pooledMoments],
      ['measures', member.measureMoments],
    ] as const) {
      tensors.set(`${m}.${name}.mean`, f32Tensor([mean.length], mean));
      tensors.set(`${m}.${name}.sd`, f32Tensor([sd.length], sd));
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
  return writeTensorFile(tensors, { format: bundleFormat });
}

/** @throws AppError MANIFEST_INVALID, FORMAT_VERSION_UNKNOWN, BLOB_MISSING, BLOB_CORRUPT, TENSOR_FILE_INVALID, NOT_FINITE */
export function decodePareBundle(files: BundleFiles): PareModel {
  const { config, calibration, members: count, digests } = readPareManifest(fileOf(files, 'manifest.json'));
  for (const [name, digest] of Object.entries(digests)) {
    const got = sha256(fileOf(files, name));
    if (got !== digest)
      throw new AppError('BLOB_CORRUPT', {
        message: `${name} of the PARE bundle: expected ${digest}, got ${got}: fetch it again`,
        facts: { file: name },
      });
  }
  const { tensors } = readTensorFile(fileOf(files, weightsFile));
  const members = Array.from({ length: count }, (_, m) => readMember(tensors, m, config));
  return { config, members, calibration, stored: readStored(tensors, config.tokenWidth * count) };
}

type StoredTensors = ReadonlyMap<string, StoredTensor>;

/** @param shape as the configuration asks for it; undefined where the network itself checks (its weights) */
function floatsOf(tensors: StoredTensors, name: string, shape?: readonly number[]): Float32Array {
  const tensor = tensors.get(name) ?? invalidBundle(`${weightsFile} lacks ${name}`);
  if (tensor.dtype !== 'F32' || (shape !== undefined && tensor.shape.join() !== shape.join()))
    invalidBundle(`${name}: expected F32 [${shape ?? 'any'}], got ${tensor.dtype} [${tensor.shape}]`);
  const data = f32Values(tensor);
  if (data.some((value) => !Number.isFinite(value)))
    throw new AppError('NOT_FINITE', {
      message: `${name} of the PARE bundle holds a value that is not finite`,
      facts: { tensor: name },
    });
  return data;
}

function readMember(tensors: StoredTensors, m: number, config: PareConfig): PareMember {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape }] of tensors)
    if (name.startsWith(`${m}.network.`))
      weights.set(name.slice(`${m}.network.`.length), { shape, data: floatsOf(tensors, name) });
  const moments = (name: string, width: number) => ({
    mean: floatsOf(tensors, `${m}.${name}.mean`, [width]),
    sd: floatsOf(tensors, `${m}.${name}.sd`, [width]),
  });
  const rows = 2 * config.prototypesPerClass;
  return {
    weights,
    prototypes: floatsOf(tensors, `${m}.prototypes`, [rows, config.tokenWidth]),
    pooledMoments: moments('pooled', pooledWidth(config)),
    measureMoments: moments('measures', measureNames.length),
  };
}

function readStored(tensors: StoredTensors, width: number): StoredNodules {
  const n = tensors.get('stored.diameters')?.shape[0] ?? 0;
  const bytesOf = (name: string, shape: readonly number[]): Uint8Array => {
    const tensor = tensors.get(name) ?? invalidBundle(`${weightsFile} lacks ${name}`);
    if (tensor.dtype !== 'U8' || tensor.shape.join() !== shape.join())
      invalidBundle(`${name}: expected U8 [${shape}], got ${tensor.dtype} [${tensor.shape}]`);
    return Uint8Array.from(tensor.data);
  };
  const embeddings = floatsOf(tensors, 'stored.embeddings', [n, width]);
  const pixels = bytesOf('stored.thumbnails', [n, thumbnailExtent, thumbnailExtent]);
  const size = thumbnailExtent ** 2;
  const each = Array.from({ length: n }, (_, i) => i);
  return {
    embeddings: each.map((i) => embeddings.slice(i * width, (i + 1) * width)),
    malignant: bytesOf('stored.malignant', [n]),
    diametersMm: floatsOf(tensors, 'stored.diameters', [n]),
    thumbnails: each.map((i) => pixels.slice(i * size, (i + 1) * size)),
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
