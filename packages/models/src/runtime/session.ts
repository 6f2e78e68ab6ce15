// One network loaded into onnxruntime: the only file that imports it. Blocks its thread while it runs, so production
// code reaches it through a worker (worker.ts); tests and the worker itself use it directly.
import { createRequire } from 'node:module';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import type * as Ort from 'onnxruntime-node';
import { checkFeeds, type TensorSpec } from '../graph/feeds.js';
import type { Dtype } from '../graph/graph.js';
import type { TensorData, Tensors } from '../graph/tensor-data.js';

// its ESM build does not resolve under Node's ESM loader
const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort;

export type Provider = 'cpu' | 'cuda' | 'webgpu';

export interface SessionOptions {
  /** Never a silent fallback: an absent provider is refused. */
  readonly provider: Provider;
  /** Threads of one operator. 1 for training: results depend on it. */
  readonly threads: number;
  /**
   * 'basic' keeps bit-identity between graphs that share operators; 'all' fuses (up to 2e-6 drift) and is faster.
   */
  readonly optimization: 'basic' | 'all';
}
export const defaultSessionOptions: SessionOptions = { provider: 'cpu', threads: 1, optimization: 'basic' };

export interface SessionDescription extends SessionOptions {
  /** Digest of the network's bytes. */
  readonly graph: Sha256;
  readonly graphBytes: number;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

const dtypes: Readonly<Record<string, Dtype>> = {
  float32: 'f32',
  int64: 'i64',
  int32: 'i32',
  uint8: 'u8',
  bool: 'bool',
};
const ortTypes = { f32: 'float32', i64: 'int64', i32: 'int32', u8: 'uint8', bool: 'bool' } as const;

export class Session {
  private constructor(
    private readonly session: Ort.InferenceSession,
    readonly description: SessionDescription,
  ) {}

  /**
   * @param bytes an ONNX model
   * @throws AppError GRAPH_INVALID when the runtime refuses it, PROVIDER_UNAVAILABLE when the provider is not here
   */
  static async load(bytes: Uint8Array, options: SessionOptions = defaultSessionOptions): Promise<Session> {
    checkProvider(options.provider);
    let session: Ort.InferenceSession;
    try {
      session = await ort.InferenceSession.create(bytes, {
        executionProviders: [options.provider],
        intraOpNumThreads: options.threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: options.optimization,
        logSeverityLevel: 3,
      });
    } catch (cause) {
      throw loadFailure(options.provider, cause);
    }
    const description: SessionDescription = {
      ...options,
      graph: sha256(bytes),
      graphBytes: bytes.length,
      inputs: session.inputMetadata.map(toSpec),
      outputs: session.outputMetadata.map(toSpec),
    };
    return new Session(session, description);
  }

  /** @throws AppError FEED_UNKNOWN, FEED_MISSING, FEED_SHAPE */
  async run(feeds: Tensors): Promise<Tensors> {
    checkFeeds(this.description.inputs, feeds);
    const wrapped = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toOrt(feed)]));
    const results = await this.session.run(wrapped);
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

/** Providers that this installation brings; a GPU provider can still fail when it finds no device. */
export function bundledProviders(): Provider[] {
  const names = ort.listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []));
  return (['cpu', 'cuda', 'webgpu'] as const).filter((provider) => names.includes(provider));
}

function checkProvider(provider: Provider): void {
  const bundled = bundledProviders();
  // CUDA is an opt-in install that the list does not show; creating the session decides
  if (provider === 'cuda' || bundled.includes(provider)) return;
  throw unavailable(provider, `this installation of onnxruntime brings ${bundled.join(', ')}`);
}

function loadFailure(provider: Provider, cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : String(cause);
  // the runtime quotes paths of its build and of this machine: they are not for callers
  const firstLine = text.split('\n', 1)[0]!.replace(/\/\S+/g, '…').slice(0, 300);
  if (provider !== 'cpu' && !/invalid_graph|invalid_protobuf|INVALID_GRAPH|INVALID_PROTOBUF/.test(text)) {
    return unavailable(provider, firstLine, cause);
  }
  return new AppError('GRAPH_INVALID', { message: `onnxruntime refuses this network: ${firstLine}`, cause });
}

function unavailable(provider: Provider, why: string, cause?: unknown): AppError {
  return new AppError('PROVIDER_UNAVAILABLE', {
    message: `the execution provider ${provider} is not available here: ${why}. Set DEVICE=cpu, or install it`,
    facts: { provider },
    cause,
  });
}

function toSpec(metadata: Ort.InferenceSession.ValueMetadata): TensorSpec {
  const dtype = metadata.isTensor ? dtypes[metadata.type] : undefined;
  if (!metadata.isTensor || dtype === undefined) {
    throw new AppError('GRAPH_INVALID', {
      message: `${metadata.name} has an element type that is not in use here`,
    });
  }
  return { name: metadata.name, dtype, shape: metadata.shape };
}

function toOrt(tensor: TensorData): Ort.Tensor {
  return new ort.Tensor(ortTypes[tensor.dtype], tensor.data as never, tensor.shape);
}

function fromOrt(tensor: Ort.Tensor): TensorData {
  const dtype = dtypes[tensor.type];
  if (dtype === undefined) throw new TypeError(`no element type for ${tensor.type}`);
  return { dtype, shape: tensor.dims, data: tensor.data } as TensorData;
}
