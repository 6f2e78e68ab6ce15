// A canary: one patch whose answer must not change, byte for byte. The patch is the base's own (a phantom), so that no
// patient's pixels get into the registry; every task answers to it with its own factors and head.
import {
  f32Tensor,
  f32Values,
  Random,
  readTensorFile,
  type Sha256,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import { f32, floats, type SegmentTask, taskFeeds } from '@tomograph/models';
import { type BaseManifest, type BlobStore, loadBlob } from '@tomograph/registry';
import type { BaseSession } from '../registry/model-house.js';

export type Skill = Pick<SegmentTask, 'factors' | 'head'>;

/** The stored patch of a base; noise of a fixed seed for a base that has none. @returns a safetensors file with `x` */
export async function canaryOfBase(
  blobs: BlobStore,
  { manifest, base }: Pick<BaseSession, 'manifest' | 'base'>,
): Promise<Uint8Array> {
  const hasOwn = (manifest.blobs as BaseManifest['blobs']).some(({ role }) => role === 'golden-input');
  if (hasOwn) return loadBlob(blobs, manifest, 'golden-input');
  const { size } = base.config;
  const random = new Random(1, 'canary');
  const x = Float32Array.from({ length: size[0] * size[1] * size[2] }, () => random.normal());
  return encodeTensor('x', [1, ...size], x);
}

/** @returns probabilities [voxels, classes] */
export async function answerCanary(
  session: BaseSession,
  skill: Skill,
  input: Uint8Array,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const x = f32(decodeTensor('x', input), [1, ...session.base.config.size]);
  const feeds = { x, ...taskFeeds(session.layout, skill) };
  return floats(await session.pool.run(feeds, signal === undefined ? {} : { signal }), 'probabilities');
}

export function digestOfAnswer(answer: Float32Array): Sha256 {
  return sha256(new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength));
}

/** @returns a safetensors file of one tensor */
export function encodeTensor(name: string, shape: readonly number[], values: Float32Array): Uint8Array {
  return writeTensorFile(new Map([[name, f32Tensor(shape, values)]]), { format: 'pt' });
}

/** @throws AppError TENSOR_FILE_INVALID */
export function decodeTensor(name: string, file: Uint8Array): Float32Array {
  const tensor = readTensorFile(file).tensors.get(name);
  if (tensor === undefined) throw new TypeError(`a golden file holds no tensor ${name}`);
  return f32Values(tensor);
}
