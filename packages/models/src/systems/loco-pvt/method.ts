// The ways of teaching a base a new task that the evaluation compares: LoRA as shipped, and its rivals. Data only.
import type { LoraRanks } from '../../lora/lora-scope.js';

export type Method =
  /** Frozen base, factors and a private head: what Tomograph ships. */
  | { readonly kind: 'lora'; readonly ranks: LoraRanks }
  /** Everything trained from the base (the upper bound; forgets). */
  | { readonly kind: 'full' }
  /** A new head on frozen features. */
  | { readonly kind: 'head' }
  /** A new decoder and head on a frozen encoder, one per task (CL-Net's growth). */
  | { readonly kind: 'decoder' }
  /** Everything trained, old heads held to the previous model's answers (Learning without Forgetting). */
  | { readonly kind: 'lwf'; readonly weight: number }
  /** Everything trained, one softmax over all classes, background-aware (MiB, Cermelli et al. 2020). */
  | { readonly kind: 'mib'; readonly weight: number };

/**
 * Peak learning rates, chosen on phantoms of other subjects than those of the evaluation: factors want 5–10 times the
 * rate of full fine-tuning, of which A takes a quarter (LoRA+, Hayou et al. 2024: B learns faster than A).
 */
export const learningRates: Readonly<Record<Method['kind'], number>> = {
  lora: 1.5e-2,
  full: 2e-3,
  head: 1e-2,
  decoder: 2e-3,
  lwf: 2e-3,
  mib: 2e-3,
};

/** Share of the peak rate that the A factors take. */
export const rateOfA = 0.25;
