import { AppError, sha256 } from '@tomograph/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { Graph } from '../../graph/graph.js';
import { FlatParams, initialVector, unflatten } from '../../graph/params.js';
import { tinyConfig } from './balls.test-data.js';
import { measureNames } from './measures.js';
import { pareHead } from './network.js';
import {
  type BundleFiles,
  decodePareBundle,
  encodePareBundle,
  openPare,
  type PareModel,
  thumbnailExtent,
} from './pare-bundle.js';
import { randomPrototypes } from './prototypes.js';
import { pooledWidth, trunk } from './trunk.js';

/** Untrained weights of every parameter that the network asks for. */
function model(seed: number): PareModel {
  const graph = new Graph('names');
  const params = new FlatParams(graph);
  const { pooled } = trunk(params, graph.input('image', 'f32', [1, 2, ...tinyConfig.patch]), tinyConfig);
  const rows = 2 * tinyConfig.prototypesPerClass;
  pareHead(
    params,
    {
      pooled,
      measures: graph.input('measures', 'f32', [1, measureNames.length]),
      prototypes: graph.input('prototypes', 'f32', [rows, tinyConfig.tokenWidth]),
    },
    tinyConfig,
  );
  const moments = (width: number, value: number) => ({
    mean: new Float32Array(width).fill(value),
    sd: new Float32Array(width).fill(1),
  });
  return {
    config: tinyConfig,
    calibration: { scale: 0.8, offset: -0.1, resampled: [{ scale: 0.7, offset: 0 }], cases: 12 },
    members: [
      {
        weights: unflatten(params.entries, initialVector(params.entries, seed)),
        prototypes: randomPrototypes(tinyConfig.prototypesPerClass, tinyConfig.tokenWidth, seed).values,
        pooledMoments: moments(pooledWidth(tinyConfig), 0.5),
        measureMoments: moments(measureNames.length, 0.25),
      },
    ],
    stored: {
      embeddings: [1, 2].map((v) => new Float32Array(tinyConfig.tokenWidth).fill(v)),
      malignant: Uint8Array.from([0, 1]),
      diametersMm: Float32Array.from([5, 18]),
      thumbnails: [10, 200].map((v) => new Uint8Array(thumbnailExtent ** 2).fill(v)),
    },
  };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};

describe('a bundle', () => {
  let files: BundleFiles;
  beforeAll(() => {
    files = encodePareBundle(model(1));
  });

  /** The bundle with other bytes; `signed` renews the digest, as an attacker would. */
  const changed = (name: string, bytes: Uint8Array, signed = true): BundleFiles => {
    const out = new Map(files).set(name, bytes);
    if (!signed || name === 'manifest.json') return out;
    const manifest = JSON.parse(new TextDecoder().decode(files.get('manifest.json')!));
    manifest.digests[name] = sha256(bytes);
    return out.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  };
  const manifestWith = (change: (manifest: Record<string, unknown>) => void): BundleFiles => {
    const manifest = JSON.parse(new TextDecoder().decode(files.get('manifest.json')!));
    change(manifest);
    return changed('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  };

  it('gives back what was put in', () => {
    const [before, after] = [model(1), decodePareBundle(files)];
    expect(after.config).toEqual(before.config);
    expect(after.calibration).toEqual(before.calibration);
    expect(after.stored).toEqual(before.stored);
    const { weights, ...rest } = after.members[0]!;
    const { weights: given, ...givenRest } = before.members[0]!;
    expect(rest).toEqual(givenRest);
    for (const [name, { data }] of given) expect(weights.get(name)?.data).toEqual(data);
  });

  it('of an equal model has equal bytes, of another one other bytes', () => {
    const [same, other] = [encodePareBundle(model(1)), encodePareBundle(model(2))];
    for (const [name, bytes] of files) expect(sha256(same.get(name)!)).toBe(sha256(bytes));
    expect(sha256(other.get('weights.safetensors')!)).not.toBe(sha256(files.get('weights.safetensors')!));
  });

  it('opens one runner per network', async () => {
    const opened: number[] = [];
    const loaded = await openPare(files, async (network) => {
      opened.push(network.length);
      return { run: async () => ({}) };
    });
    expect(loaded.runners).toHaveLength(1);
    expect(opened).toEqual([files.get('network-0.onnx')!.length]);
  });

  it.each(['manifest.json', 'weights.safetensors', 'network-0.onnx'])('without %s is refused', (name) => {
    const lacking = new Map(files);
    lacking.delete(name);
    expect(codeOf(() => decodePareBundle(lacking))).toBe('BLOB_MISSING');
  });

  it('with a flipped byte is refused before anything is read from it', () => {
    for (const name of ['weights.safetensors', 'network-0.onnx']) {
      const bytes = files.get(name)!.slice();
      bytes[bytes.length >> 1]! ^= 1;
      expect(codeOf(() => decodePareBundle(changed(name, bytes, false)))).toBe('BLOB_CORRUPT');
    }
  });

  it('with weights that are cut, empty or noise is refused even where the digest fits', () => {
    const whole = files.get('weights.safetensors')!;
    for (const bytes of [
      new Uint8Array(0),
      whole.slice(0, 200),
      whole.slice(0, -4),
      whole.map((v, i) => v ^ i),
    ])
      expect(codeOf(() => decodePareBundle(changed('weights.safetensors', bytes)))).toBe(
        'TENSOR_FILE_INVALID',
      );
  });

  it.each<[string, (m: Record<string, unknown>) => void, string]>([
    [
      'of an unknown format',
      (m) => {
        m.format = 'tomograph-pare/99';
      },
      'FORMAT_VERSION_UNKNOWN',
    ],
    [
      'without a configuration',
      (m) => {
        delete m.config;
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a thousand networks',
      (m) => {
        m.members = 1000;
      },
      'MANIFEST_INVALID',
    ],
    [
      'with half a network',
      (m) => {
        m.members = 0.5;
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a huge slab',
      (m) => {
        m.config = { ...tinyConfig, patch: [1e6, 1e6, 1e6] };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a slab of text',
      (m) => {
        m.config = { ...tinyConfig, patch: 'large' };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a slab of negative extents',
      (m) => {
        m.config = { ...tinyConfig, patch: [-4, -16, 16] };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with odd extents that cannot be halved',
      (m) => {
        m.config = { ...tinyConfig, patch: [4, 15, 16] };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with more networks than weights',
      (m) => {
        m.members = 2;
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a negative token width',
      (m) => {
        m.config = { ...tinyConfig, tokenWidth: -8 };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with another token width than its weights',
      (m) => {
        m.config = { ...tinyConfig, tokenWidth: 16 };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with a calibration of words',
      (m) => {
        m.calibration = { scale: 'much', offset: 0, resampled: [] };
      },
      'MANIFEST_INVALID',
    ],
    [
      'with digests that leave a file out',
      (m) => {
        m.digests = {};
      },
      'MANIFEST_INVALID',
    ],
  ])('%s is refused', (_, change, code) => {
    expect(codeOf(() => decodePareBundle(manifestWith(change)))).toBe(code);
  });

  it('whose manifest is no JSON, no object or longer than 1 MiB is refused', () => {
    const text = (value: string) => changed('manifest.json', new TextEncoder().encode(value));
    expect(codeOf(() => decodePareBundle(text('{')))).toBe('MANIFEST_INVALID');
    expect(codeOf(() => decodePareBundle(text('null')))).toBe('FORMAT_VERSION_UNKNOWN');
    expect(codeOf(() => decodePareBundle(changed('manifest.json', new Uint8Array((1 << 20) + 1))))).toBe(
      'MANIFEST_INVALID',
    );
  });
});
