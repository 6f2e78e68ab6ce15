// An adapter whose file was verified: factors per module and the private head, ready for the engine. Not a file.
import type { Sha256 } from '@tomograph/kernel';

export interface AdapterFactors {
  readonly rank: number;
  /** alpha / rank (or alpha / √rank). */
  readonly scale: number;
  /** [rank, in·kernel]; the kernel's values lie in the order z, y, x, channel, as patches are cut. */
  readonly a: Float32Array;
  /** [rank, out] */
  readonly b: Float32Array;
}

export interface AdapterHead {
  /** [features, classes] */
  readonly weight: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
  /** Index 0: the task's own background. */
  readonly classes: readonly string[];
}

/** Numbers of an adapter, in the shapes that the engine packs. */
export interface AdapterNumbers {
  readonly factors: ReadonlyMap<string, AdapterFactors>;
  /** null for a base without heads. */
  readonly head: AdapterHead | null;
}

export interface VerifiedAdapter extends AdapterNumbers {
  /** Digest of the base's weights. */
  readonly base: Sha256;
  /** Digest and length of adapter_model.safetensors. */
  readonly digest: Sha256;
  readonly bytes: number;
  readonly lora: {
    readonly rank: number;
    readonly alpha: number;
    readonly rankPattern: Readonly<Record<string, number>>;
    readonly alphaPattern: Readonly<Record<string, number>>;
    readonly useRslora: boolean;
    readonly targets: readonly string[];
  };
  readonly parameters: { readonly factors: number; readonly head: number };
  /** The module that changes most: Frobenius norm of scale·B·A. */
  readonly effect: { readonly module: string; readonly norm: number };
}
