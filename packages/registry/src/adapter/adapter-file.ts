// Writes adapter_model.safetensors and adapter_config.json from numbers. Reading is verify-adapter.ts.
import { AppError, type StoredTensor, writeTensorFile } from '@tomograph/kernel';
import { blobOf } from '../manifest/manifest-file.js';
import { type BaseManifest, formatVersion } from '../manifest/manifest-schema.js';
import type { AdapterNumbers } from './adapter.js';
import { encodePeftConfig, type PeftConfig } from './peft-config.js';
import { factorTensors, headTensors } from './peft-tensors.js';

export interface AdapterFiles {
  /** adapter_config.json */
  readonly adapterConfig: Uint8Array;
  /** adapter_model.safetensors */
  readonly adapterModel: Uint8Array;
}

/**
 * The two files of PEFT's layout. Equal numbers give equal bytes. Ranks and scales may differ between layers: the most
 * frequent rank becomes `r`, the others stand in rank_pattern and alpha_pattern.
 * @throws AppError ADAPTER_KEY_UNEXPECTED for factors of a layer that the base does not have
 */
export function encodeAdapter(numbers: AdapterNumbers, base: BaseManifest): AdapterFiles {
  const weights = blobOf(base, 'weights').digest;
  const tensors = new Map<string, StoredTensor>();
  for (const [module, factors] of numbers.factors) {
    const layer = base.layers.find(({ name }) => name === module);
    if (layer === undefined) {
      throw new AppError('ADAPTER_KEY_UNEXPECTED', {
        message: `factors for ${module}, which is no adaptable layer of ${base.name}`,
        facts: { module },
      });
    }
    for (const [key, tensor] of factorTensors(layer, factors)) tensors.set(key, tensor);
  }
  const { head } = numbers;
  const metadata: Record<string, string> = {
    format: 'pt',
    'tomograph.format': String(formatVersion),
    'tomograph.base': weights,
  };
  if (head !== null && base.head !== null) {
    for (const [key, tensor] of headTensors(base.head.module, base.head.features, head)) tensors.set(key, tensor);
    metadata['tomograph.classes'] = JSON.stringify(head.classes);
  }
  const adapterConfig = encodePeftConfig({
    ...patternsOf(numbers),
    targets: [...numbers.factors.keys()].sort(),
    modulesToSave: base.head === null ? [] : [base.head.module],
    useRslora: false,
    baseName: base.name,
    revision: weights,
  });
  return { adapterConfig, adapterModel: writeTensorFile(tensors, metadata) };
}

type Patterns = Pick<PeftConfig, 'rank' | 'alpha' | 'rankPattern' | 'alphaPattern'>;

function patternsOf({ factors }: AdapterNumbers): Patterns {
  const counts = new Map<string, number>();
  for (const { rank, scale } of factors.values()) {
    const key = JSON.stringify([rank, rank * scale]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [common] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const [rank, alpha] = JSON.parse(common?.[0] ?? '[1,1]') as [number, number];
  const sorted = [...factors].sort(([a], [b]) => (a < b ? -1 : 1));
  const odd = (pick: (f: { rank: number; scale: number }) => number, usual: number) =>
    Object.fromEntries(sorted.filter(([, f]) => pick(f) !== usual).map(([name, f]) => [name, pick(f)]));
  return {
    rank,
    alpha,
    rankPattern: odd((f) => f.rank, rank),
    alphaPattern: odd((f) => f.rank * f.scale, alpha),
  };
}
