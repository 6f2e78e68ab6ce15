// The meaning space as files and as something to ask: text in the layout of Hugging Face, film and CT networks, weights,
// calibration; digests are checked before anything is opened. Not a store: bytes in, bytes out.
import {
  AppError,
  f32Tensor,
  f32Values,
  readTensorFile,
  type Sha256,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import { Graph, type Val } from '../../graph/graph.js';
import { FrozenParams, type Weights } from '../../graph/params.js';
import { f32, floats } from '../../graph/tensor-data.js';
import { defaultSessionOptions, Session } from '../../runtime/session.js';
import type { CtVolume } from '../pare/patch.js';
import { type BiudConfig, spaceWidth } from './biud-config.js';
import { ctEncoder } from './ct-encoder.js';
import { type CtFrame, type CtInput, ctInput, tissueCount } from './ct-input.js';
import { filmEncoder } from './film-encoder.js';
import { type FilmImage, filmInput } from './film-input.js';
import { joined, withoutView } from './joined-vector.js';
import { servingText } from './text-encoder.js';
import { type NetworkRunner, TextReader } from './text-reader.js';
import { tokenizerFiles } from './word-pieces.js';
import type { CtVectorsOfStudy, FindingCalibration } from './zero-shot.js';

/** Everything that is trained or fitted. */
export interface BiudModel {
  readonly config: BiudConfig;
  readonly vocabulary: readonly string[];
  readonly text: Weights;
  /** Of the film expert. */
  readonly film: Weights;
  readonly ct: Weights;
  /** Of the view encoder, which films and the CT's own projection share. */
  readonly view: Weights;
  readonly calibrations: readonly FindingCalibration[];
  /** See `Drafting`. */
  readonly bilateralWithin: number;
}

export type BiudFiles = ReadonlyMap<string, Uint8Array>;

const format = 'tomograph-biud/2';
const maxManifestBytes = 1 << 20;
const parts = ['text', 'film', 'ct', 'view'] as const;
type Part = (typeof parts)[number];
/** Networks that are run; the view encoder lies inside the film's and the CT's. */
const networks = ['text', 'film', 'ct'] as const;
type Network = (typeof networks)[number];
const networkFile: Readonly<Record<Network, string>> = {
  text: 'onnx/model.onnx',
  film: 'film.onnx',
  ct: 'ct.onnx',
};

interface Manifest {
  readonly format: typeof format;
  readonly space: {
    readonly name: 'biud';
    readonly version: 1;
    readonly width: number;
    readonly metric: 'cosine';
  };
  readonly config: BiudConfig;
  readonly preprocessing: Readonly<Record<string, string>>;
  readonly calibrations: readonly FindingCalibration[];
  readonly bilateralWithin: number;
  readonly digests: Readonly<Record<string, Sha256>>;
}

/** What is done to inputs, in words; part of the space's digest. */
export const biudPreprocessing: Readonly<Record<string, string>> = {
  text: 'one sentence at a time; lower case, digits as 0, WordPiece of tokenizer.json, padded to text.tokens',
  film: 'AP or PA, dense = bright, box mean to film.size², 1st to 99.5th percentile to 0…1',
  ct: 'LPS, padding below -1500 HU as -1000; middle 99 % of voxels above -500 HU across and in depth, from the top at most 340 mm; square roots of shares of points by HU in ct.size³ cells; front: mean water equivalent from front to back over the whole width, film.size², scaled as a film',
};

/** Equal models give equal bytes. */
export function encodeBiud(model: BiudModel): BiudFiles {
  const { config, vocabulary } = model;
  const files = new Map<string, Uint8Array>();
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  for (const [name, text] of tokenizerFiles(vocabulary, config.text.tokens)) files.set(name, utf8(text));
  files.set(
    'config.json',
    utf8(`${JSON.stringify(huggingFaceConfig(config, vocabulary.length), null, 1)}\n`),
  );
  for (const network of networks) files.set(networkFile[network], servingNetwork(network, model));
  for (const part of parts) {
    const tensors = [...model[part]].map(
      ([name, { shape, data }]) => [name, f32Tensor(shape, Float32Array.from(data))] as const,
    );
    files.set(`${part}.safetensors`, writeTensorFile(new Map(tensors), { format }));
  }
  const manifest: Manifest = {
    format,
    space: { name: 'biud', version: 1, width: spaceWidth(config), metric: 'cosine' },
    config,
    preprocessing: biudPreprocessing,
    calibrations: model.calibrations,
    bilateralWithin: model.bilateralWithin,
    digests: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)])),
  };
  files.set('manifest.json', utf8(`${JSON.stringify(manifest, null, 1)}\n`));
  return files;
}

/** Digest of the embedding space: of networks and preprocessing, not of calibration. */
export function biudSpaceDigest(files: BiudFiles): Sha256 {
  const { digests, preprocessing, space, config } = readManifest(fileOf(files, 'manifest.json'));
  const names = ['tokenizer.json', ...networks.map((network) => networkFile[network])];
  const used = names.map((name) => digests[name] ?? '');
  return sha256(new TextEncoder().encode(JSON.stringify({ space, config, preprocessing, networks: used })));
}

/** Digest of the frozen parts that CT encoders are trained against: text and film. */
export function biudExpertsDigest(files: BiudFiles): Sha256 {
  const { digests } = readManifest(fileOf(files, 'manifest.json'));
  const names = ['tokenizer.json', 'text.safetensors', 'film.safetensors'];
  return sha256(new TextEncoder().encode(JSON.stringify(names.map((name) => digests[name] ?? ''))));
}

/** @throws AppError MANIFEST_INVALID, FORMAT_VERSION_UNKNOWN, BLOB_MISSING, BLOB_CORRUPT, TENSOR_FILE_INVALID, NOT_FINITE */
export function decodeBiud(files: BiudFiles): BiudModel {
  const manifest = readManifest(fileOf(files, 'manifest.json'));
  for (const [name, digest] of Object.entries(manifest.digests)) {
    const got = sha256(fileOf(files, name));
    if (got === digest) continue;
    throw new AppError('BLOB_CORRUPT', {
      message: `${name} of the biud bundle: expected ${digest}, got ${got}: fetch it again`,
      facts: { file: name },
    });
  }
  const weights = (part: Part): Weights => {
    const { tensors } = readTensorFile(fileOf(files, `${part}.safetensors`));
    return new Map(
      [...tensors].map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: finite(name, f32Values(tensor)) },
      ]),
    );
  };
  const tokenizer = JSON.parse(new TextDecoder().decode(fileOf(files, 'tokenizer.json'))) as {
    model: { vocab: Record<string, number> };
  };
  const vocabulary = Object.entries(tokenizer.model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
  const { config, calibrations, bilateralWithin } = manifest;
  const [text, film, ct, view] = parts.map(weights) as [Weights, Weights, Weights, Weights];
  return { config, vocabulary, text, film, ct, view, calibrations, bilateralWithin };
}

/** The three encoders, open. */
export class Biud {
  private constructor(
    readonly model: BiudModel,
    readonly reader: TextReader,
    private readonly runners: Readonly<Record<'film' | 'ct', NetworkRunner>>,
  ) {}

  /** @param open default: a Session in this process on one thread; a worker passes one that opens an InferencePool */
  static async open(
    files: BiudFiles,
    open: (network: Uint8Array) => Promise<NetworkRunner> = inProcess,
  ): Promise<Biud> {
    return Biud.of(decodeBiud(files), (network) => open(fileOf(files, networkFile[network])));
  }

  static async of(
    model: BiudModel,
    open: (network: Network) => Promise<NetworkRunner> = (network) =>
      inProcess(servingNetwork(network, model)),
  ): Promise<Biud> {
    const reader = new TextReader(await open('text'), model.vocabulary, model.config.text.tokens);
    return new Biud(model, reader, { film: await open('film'), ct: await open('ct') });
  }

  /** @throws AppError INVALID_ARGUMENT where nothing in the scan is body */
  async ct(volume: CtVolume): Promise<CtVectorsOfStudy & { readonly frame: CtFrame }> {
    const { ct, film } = this.model.config;
    const input = ctInput(volume, ct.size, film.size);
    return { ...(await this.cells(input)), frame: input.frame };
  }

  /** Of what `ctInput` has cut already. */
  async cells({ cells, front }: Pick<CtInput, 'cells' | 'front'>): Promise<CtVectorsOfStudy> {
    const { ct, film } = this.model.config;
    const width = spaceWidth(this.model.config);
    const out = await this.runners.ct.run({
      ct: f32(cells, [1, ct.size, ct.size, ct.size, tissueCount]),
      front: f32(front, [1, film.size, film.size]),
    });
    const all = floats(out, 'regions');
    const regions = Array.from({ length: ct.regions ** 3 }, (_, i) => all.slice(i * width, (i + 1) * width));
    return { study: floats(out, 'study'), regions };
  }

  /** A frontal film: its place in the common space. */
  film(image: FilmImage): Promise<Float32Array> {
    return this.filmPixels(filmInput(image, this.model.config.film.size));
  }

  async filmPixels(pixels: Float32Array): Promise<Float32Array> {
    const { size } = this.model.config.film;
    return floats(await this.runners.film.run({ film: f32(pixels, [1, size, size]) }), 'vector');
  }
}

const inProcess = (network: Uint8Array): Promise<NetworkRunner> =>
  Session.load(network, { ...defaultSessionOptions });

/** One of the three networks with its weights inside. */
export function servingNetwork(
  network: Network,
  model: Pick<BiudModel, 'config' | 'vocabulary' | Part>,
): Uint8Array {
  const graph = new Graph(`biud-${network}`);
  const { config } = model;
  const params = new FrozenParams(graph, model[network]);
  const view = (picture: Val): Val =>
    filmEncoder(new FrozenParams(graph, model.view, 'view.'), picture, {
      ...config,
      width: config.view.width,
    });
  if (network === 'text') servingText(graph, params, config, model.vocabulary.length);
  else if (network === 'film') {
    const film = graph.input('film', 'f32', ['batch', config.film.size, config.film.size]);
    graph.output('vector', joined(filmEncoder(params, film, config), view(film)));
  } else {
    const { size } = config.ct;
    const hasFilm = model.ct.has('film.weight');
    const ct = graph.input('ct', 'f32', ['batch', size, size, size, tissueCount]);
    const out = ctEncoder(params, ct, config, hasFilm);
    const front = graph.input('front', 'f32', ['batch', config.film.size, config.film.size]);
    graph.output('study', joined(out.study, view(front)));
    graph.output('regions', withoutView(out.regions, config));
    if (out.film !== undefined) graph.output('film', out.film);
  }
  return graph.encode();
}

/** What transformers.js needs to load the text encoder; the extra facts are ours. */
function huggingFaceConfig({ text, width }: BiudConfig, words: number): Record<string, unknown> {
  return {
    model_type: 'bert',
    architectures: ['BertModel'],
    vocab_size: words,
    hidden_size: text.width,
    num_hidden_layers: text.blocks,
    num_attention_heads: text.heads,
    max_position_embeddings: text.tokens,
    pad_token_id: 0,
    'transformers.js_config': { dtype: 'fp32' },
    sentence_width: width,
    padding: `max_length ${text.tokens}: the network has a fixed length`,
  };
}

function finite(name: string, data: Float32Array): Float32Array {
  if (data.every(Number.isFinite)) return data;
  throw new AppError('NOT_FINITE', {
    message: `${name} of the biud bundle holds a value that is not finite`,
  });
}

function fileOf(files: BiudFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new AppError('BLOB_MISSING', { message: `the biud bundle lacks ${name}`, facts: { file: name } });
}

function readManifest(bytes: Uint8Array): Manifest {
  const invalid = (message: string): never => {
    throw new AppError('MANIFEST_INVALID', { message: `not a usable biud bundle: ${message}` });
  };
  if (bytes.length > maxManifestBytes)
    invalid(`manifest.json has ${bytes.length} bytes, at most 1 MiB is read`);
  let manifest: Partial<Manifest> = {};
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest>;
  } catch {
    invalid('manifest.json is not JSON');
  }
  if (manifest?.format !== format)
    throw new AppError('FORMAT_VERSION_UNKNOWN', { message: `expected a bundle of format ${format}` });
  const { config, digests, calibrations } = manifest;
  if (!config?.ct || !config.film || !config.text || !digests || !Array.isArray(calibrations))
    invalid('manifest.json lacks config, digests or calibrations');
  const { ct, film, text } = config!;
  const small = (n: unknown, most: number): boolean =>
    Number.isInteger(n) && (n as number) > 0 && (n as number) <= most;
  if (
    !small(ct.size, 128) ||
    !small(film.size, 512) ||
    !small(text.tokens, 512) ||
    !small(config!.width, 4096)
  )
    invalid('an extent of the configuration is out of range');
  return manifest as Manifest;
}

/** The text side alone, in this process. */
export async function openBiudReader(
  model: Pick<BiudModel, 'config' | 'vocabulary' | 'text'>,
): Promise<TextReader> {
  const runner = await inProcess(
    servingNetwork('text', { ...model, film: new Map(), ct: new Map(), view: new Map() }),
  );
  return new TextReader(runner, model.vocabulary, model.config.text.tokens);
}
