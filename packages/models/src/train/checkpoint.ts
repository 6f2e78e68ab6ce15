// A training state as bytes: three vectors and the facts that make a resumed run the same run.
// Format: safetensors with tensors params, m, v [total], best [total] after a validation, and string metadata.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  AppError,
  baseFileLimits,
  f32Tensor,
  f32Values,
  readTensorFile,
  type Sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import type { TrainingProgram } from './program.js';
import type { TrainingState } from './stepper.js';

const format = 'tomograph-checkpoint/1';

/** The best validation so far, for early stopping. */
export interface BestSoFar {
  readonly step: number;
  readonly score: number;
  readonly params: Float32Array;
}

export interface Checkpoint {
  readonly state: TrainingState;
  readonly threads: number;
  readonly program: Sha256;
  readonly best?: BestSoFar;
}

export function encodeCheckpoint({ state, threads, program, best }: Checkpoint): Uint8Array {
  const tensors = new Map(
    (['params', 'm', 'v'] as const).map((name) => [
      name as string,
      f32Tensor([state[name].length], state[name]),
    ]),
  );
  if (best !== undefined) tensors.set('best', f32Tensor([best.params.length], best.params));
  return writeTensorFile(tensors, {
    format,
    step: String(state.step),
    threads: String(threads),
    program,
    ...(best === undefined ? {} : { bestStep: String(best.step), bestScore: String(best.score) }),
  });
}

/**
 * @throws AppError TENSOR_FILE_INVALID for bytes that are no checkpoint, CONFLICT for one of another program or
 * another number of threads (the resumed run would not be the same run)
 */
export function decodeCheckpoint(bytes: Uint8Array, program: TrainingProgram, threads: number): Checkpoint {
  const { tensors, metadata } = readTensorFile(bytes, baseFileLimits);
  if (metadata.format !== format) invalid(`format is ${metadata.format}, expected ${format}`);
  const same = metadata.program === program.digest && metadata.threads === String(threads);
  if (!same) {
    throw new AppError('CONFLICT', {
      message: `the checkpoint belongs to program ${metadata.program} at ${metadata.threads} threads, this run is ${program.digest} at ${threads}`,
      facts: { wanted: program.digest, threads },
    });
  }
  const vector = (name: string): Float32Array => {
    const tensor = tensors.get(name) ?? invalid(`tensor ${name} is missing`);
    if (tensor.shape.join() !== String(program.total)) invalid(`tensor ${name} has shape [${tensor.shape}]`);
    return f32Values(tensor);
  };
  const number = (name: string): number => {
    const value = Number(metadata[name]);
    return Number.isFinite(value) ? value : invalid(`${name} is not a number`);
  };
  const state = { step: number('step'), params: vector('params'), m: vector('m'), v: vector('v') };
  const best = tensors.has('best')
    ? { step: number('bestStep'), score: number('bestScore'), params: vector('best') }
    : undefined;
  return { state, threads, program: program.digest, ...(best === undefined ? {} : { best }) };
}

/** Written beside, flushed, renamed: a reader finds the old checkpoint or the new one, never a part. */
export function writeFileAtomically(path: string, bytes: Uint8Array): void {
  const beside = `${path}.${process.pid}.part`;
  const file = openSync(beside, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The bytes of a checkpoint, or undefined when there is none yet. */
export function readFileIfPresent(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function invalid(message: string): never {
  throw new AppError('TENSOR_FILE_INVALID', { message: `not a usable checkpoint: ${message}` });
}
