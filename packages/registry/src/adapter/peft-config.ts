// adapter_config.json of PEFT's LoRA: what it means for each layer of a base. What would change the mathematics in a
// way that the engine does not compute is refused, not ignored. Source: PEFT's LoraConfig; registry-format.md §4.
import { AppError } from '@tomograph/kernel';
import { z } from 'zod';
import { parseDocument } from '../manifest/canonical-document.js';
import { type AdaptableLayer, moduleNameSchema } from '../manifest/manifest-schema.js';

const maxConfigBytes = 1 << 20;
const none = z.union([z.null(), z.literal(false), z.array(z.never()).max(0), z.strictObject({})]).optional();
const rank = z.number().int().min(1).max(1024);
const alpha = z.number().gt(0).max(1e6);

const peftConfigSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: rank,
  lora_alpha: alpha,
  target_modules: z.array(moduleNameSchema).min(1).max(4096),
  modules_to_save: z.array(moduleNameSchema).max(1).nullish(),
  rank_pattern: z.record(moduleNameSchema, rank).nullish(),
  alpha_pattern: z.record(moduleNameSchema, alpha).nullish(),
  use_rslora: z.boolean().nullish(),
  bias: z.literal('none').nullish(),
  base_model_name_or_path: z.string().max(500).nullish(),
  revision: z.string().max(200).nullish(),
  init_lora_weights: z.union([z.boolean(), z.enum(['gaussian', 'orthogonal', 'eva'])]).nullish(),
  // all of these would change what the factors mean
  fan_in_fan_out: none,
  use_dora: none,
  use_qalora: none,
  lora_bias: none,
  layers_to_transform: none,
  layers_pattern: z.union([none, z.literal('')]),
  layer_replication: none,
  exclude_modules: none,
  trainable_token_indices: none,
  target_parameters: none,
  alora_invocation_tokens: none,
  megatron_config: none,
});

export interface PeftConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly string[];
  readonly modulesToSave: readonly string[];
  readonly rankPattern: Readonly<Record<string, number>>;
  readonly alphaPattern: Readonly<Record<string, number>>;
  readonly useRslora: boolean;
  readonly baseName: string | null;
  readonly revision: string | null;
}

/** @throws AppError MANIFEST_INVALID naming the field, LIMIT_EXCEEDED above 1 MiB */
export function parsePeftConfig(bytes: Uint8Array): PeftConfig {
  if (bytes.length > maxConfigBytes) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `adapter_config.json has ${bytes.length} bytes, at most ${maxConfigBytes} are read`,
      facts: { got: bytes.length, limit: maxConfigBytes },
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError('MANIFEST_INVALID', { message: 'adapter_config.json is not JSON', cause });
  }
  const raw = parseDocument(peftConfigSchema, value, 'MANIFEST_INVALID', 'adapter_config.json');
  return {
    rank: raw.r,
    alpha: raw.lora_alpha,
    targets: raw.target_modules,
    modulesToSave: raw.modules_to_save ?? [],
    rankPattern: raw.rank_pattern ?? {},
    alphaPattern: raw.alpha_pattern ?? {},
    useRslora: raw.use_rslora ?? false,
    baseName: raw.base_model_name_or_path ?? null,
    revision: raw.revision ?? null,
  };
}

/** The file; equal configurations give equal bytes. */
export function encodePeftConfig(config: PeftConfig): Uint8Array {
  const json = {
    alpha_pattern: config.alphaPattern,
    base_model_name_or_path: config.baseName,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: config.alpha,
    lora_dropout: 0,
    modules_to_save: config.modulesToSave.length === 0 ? null : config.modulesToSave,
    peft_type: 'LORA',
    r: config.rank,
    rank_pattern: config.rankPattern,
    revision: config.revision,
    target_modules: config.targets,
    task_type: null,
    use_dora: false,
    use_rslora: config.useRslora,
  };
  return new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`);
}

export interface TargetedLayer {
  readonly layer: AdaptableLayer;
  readonly rank: number;
  /** alpha / rank, or alpha / √rank. */
  readonly scale: number;
}

/**
 * The layers of a base that a configuration targets, with rank and scale, in the base's order.
 * @throws AppError ADAPTER_KEY_MISSING for a target that names no layer
 */
export function targetedLayers(config: PeftConfig, layers: readonly AdaptableLayer[]): TargetedLayer[] {
  const lost = config.targets.find((target) => !layers.some(({ name }) => names(target, name)));
  if (lost !== undefined) {
    throw new AppError('ADAPTER_KEY_MISSING', {
      message: `the adapter targets ${lost}, which is no adaptable layer of the base: retrain it on this base`,
      facts: { module: lost },
    });
  }
  return layers
    .filter(({ name }) => config.targets.some((target) => names(target, name)))
    .map((layer) => {
      const layerRank = patternOf(config.rankPattern, layer.name) ?? config.rank;
      const layerAlpha = patternOf(config.alphaPattern, layer.name) ?? config.alpha;
      const divisor = config.useRslora ? Math.sqrt(layerRank) : layerRank;
      return { layer, rank: layerRank, scale: layerAlpha / divisor };
    });
}

const names = (entry: string, module: string): boolean => module === entry || module.endsWith(`.${entry}`);

// PEFT takes the first entry that matches.
function patternOf(pattern: Readonly<Record<string, number>>, module: string): number | undefined {
  return Object.entries(pattern).find(([entry]) => names(entry, module))?.[1];
}
