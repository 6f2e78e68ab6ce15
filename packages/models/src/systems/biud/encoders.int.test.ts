import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Random } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosine } from './alignment-loss.js';
import { type BiudConfig, biudConfig, ctRecipe, filmRecipe, textRecipe, viewRecipe } from './biud-config.js';
import {
  Biud,
  type BiudFiles,
  type BiudModel,
  biudSpaceDigest,
  decodeBiud,
  encodeBiud,
  openBiudReader,
} from './biud-model.js';
import { tissueCount } from './ct-input.js';
import { queryVector } from './query-vector.js';
import { sentenceContrasts } from './sentence-contrast.js';
import { trainCt } from './train-ct.js';
import { trainFilm } from './train-film.js';
import { trainText } from './train-text.js';
import { trainView } from './train-view.js';
import { promptVectors } from './zero-shot.js';

const config: BiudConfig = {
  ...biudConfig,
  width: 16,
  view: { width: 8 },
  text: { tokens: 20, width: 32, heads: 2, blocks: 1 },
  film: { size: 16, widths: [8, 16] },
  ct: { ...biudConfig.ct, size: 6, widths: [8, 16], heads: 2 },
};
const seed = 3;
const folder = mkdtempSync(join(tmpdir(), 'tomograph-biud-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A body whose top left holds dense stuff, or does not. */
const random = new Random(1);
const cellsOf = (isIll: boolean): Float32Array => {
  const cells = new Float32Array(6 ** 3 * tissueCount);
  for (let cell = 0; cell < 6 ** 3; cell++) {
    const [x, z] = [cell % 6, Math.floor(cell / 6 ** 2)];
    const air = isIll && x > 3 && z > 3 ? random.uniform(0, 0.2) : random.uniform(0.8, 1);
    cells[cell * tissueCount] = Math.sqrt(air);
    cells[cell * tissueCount + 12] = Math.sqrt(1 - air);
  }
  return cells;
};
const inputOf = (isIll: boolean) => ({ cells: cellsOf(isIll), front: filmOf(isIll) });
const filmOf = (isIll: boolean): Float32Array =>
  Float32Array.from(
    { length: 256 },
    (_, i) => (isIll && i % 16 > 10 && i < 90 ? 0.9 : 0.3) + random.uniform(0, 0.1),
  );

let model: BiudModel;
let files: BiudFiles;
let open: Biud;

beforeAll(async () => {
  const text = await trainText({
    config,
    recipe: { ...textRecipe, steps: 60, reports: 10, sentences: 4 },
    seed,
  });
  const blank = { config, ...text, vocabulary: text.vocabulary, text: text.weights };
  const reader = await openBiudReader(blank);
  const ill = ['There is consolidation in the left upper lobe.', 'The heart is normal in size.'];
  const well = ['No consolidation.', 'The heart is normal in size.'];
  const labels = Array.from({ length: 24 }, (_, i) => i % 2 === 0);
  const reports = await Promise.all(labels.map((isIll) => reader.reportOf(isIll ? ill : well)));
  const contrasts = await Promise.all(reports.map(({ sentences }) => sentenceContrasts(reader, sentences)));
  const pictures = labels.map((isIll) => ({ film: filmOf(isIll), front: filmOf(isIll) }));
  const view = await trainView(pictures, { config, recipe: { ...viewRecipe, steps: 10, batch: 12 }, seed });
  const film = await trainFilm(
    labels.map((isIll, i) => ({
      film: filmOf(isIll),
      report: reports[i]!.vector,
      contrasts: contrasts[i]!,
    })),
    { config, recipe: { ...filmRecipe, steps: 60, batch: 12, sentences: 2 }, seed },
  );
  const bank = labels.map((_, i) => reports[i]!.vector);
  const ct = await trainCt(
    labels.map((isIll, i) => ({
      cells: cellsOf(isIll),
      report: reports[i]!,
      contrasts: contrasts[i]!,
    })),
    {
      config,
      recipe: { ...ctRecipe, steps: 60, batch: 12, sentences: 2 },
      seed,
      teacher: { bank, retrieved: labels.map((_, film) => ({ film, cosine: 1 })) },
    },
  );
  model = {
    config,
    vocabulary: text.vocabulary,
    text: text.weights,
    film,
    ct,
    view,
    calibrations: [],
    bilateralWithin: 0.1,
  };
  files = encodeBiud(model);
  open = await Biud.open(files);
}, 120_000);

describe('the three encoders', () => {
  it('give vectors of length 1 in one width', async () => {
    const { study, regions } = await open.cells(inputOf(true));
    const [sentence] = await open.reader.sentences(['No effusion.']);
    for (const vector of [study, regions[13]!, sentence!.vector, await open.filmPixels(filmOf(true))]) {
      expect(vector).toHaveLength(24);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    }
    expect(regions).toHaveLength(27);
  });

  it('tell ill from well by text, in films and in CTs never seen', async () => {
    const [ill, well] = await open.reader.sentences([
      'There is consolidation in the left upper lobe.',
      'No consolidation.',
    ]);
    const margin = (vector: Float32Array): number =>
      cosine(vector, ill!.vector) - cosine(vector, well!.vector);
    expect(margin((await open.cells(inputOf(true))).study)).toBeGreaterThan(
      margin((await open.cells(inputOf(false))).study),
    );
    expect(margin(await open.filmPixels(filmOf(true)))).toBeGreaterThan(
      margin(await open.filmPixels(filmOf(false))),
    );
  });

  it('keep negation: a finding is closer to its paraphrase than to its denial', async () => {
    const [one, other, denial] = await open.reader.sentences([
      'There is pleural effusion.',
      'Pleural effusion is seen.',
      'No pleural effusion.',
    ]);
    expect(cosine(one!.vector, other!.vector)).toBeGreaterThan(cosine(one!.vector, denial!.vector));
  });

  it('turn a query that denies away from what it denies, and leave other queries as they are', async () => {
    const { present, absent } = await promptVectors(open.reader, 'PLEURAL_EFFUSION');
    const denied = await queryVector(open.reader, 'no pleural effusion');
    expect(cosine(denied, absent)).toBeGreaterThan(0);
    expect(cosine(denied, present)).toBeLessThan(0);
    const [plain] = await open.reader.sentences(['pleural effusion']);
    expect(cosine(await queryVector(open.reader, 'pleural effusion'), plain!.vector)).toBeCloseTo(1, 5);
  });

  it('do not mind what stands beside a sentence in the batch', async () => {
    const alone = await (await openBiudReader(model)).sentences(['The heart is enlarged.']);
    const among = await (await openBiudReader(model)).sentences([
      'No nodule.',
      'The heart is enlarged.',
      'Normal.',
    ]);
    expect(cosine(alone[0]!.vector, among[1]!.vector)).toBeCloseTo(1, 5);
  });
});

describe('the files', () => {
  it('give the same model again, to the same bytes', () => {
    const again = encodeBiud(decodeBiud(files));
    for (const [name, bytes] of files) expect(Buffer.compare(again.get(name)!, bytes), name).toBe(0);
    expect(biudSpaceDigest(again)).toBe(biudSpaceDigest(files));
  });

  it('are refused where a byte changed or a file is missing', () => {
    const bytes = files.get('ct.onnx')!.slice();
    bytes[200]! ^= 1;
    expect(() => decodeBiud(new Map([...files, ['ct.onnx', bytes]]))).toThrow(/expected/);
    expect(() => decodeBiud(new Map([...files].filter(([name]) => name !== 'film.onnx')))).toThrow(
      /lacks film.onnx/,
    );
    expect(() => decodeBiud(new Map([['manifest.json', new TextEncoder().encode('{}')]]))).toThrow(/format/);
  });

  it('of another training are another space, at the same width', () => {
    const other = encodeBiud({
      ...model,
      ct: new Map([...model.ct].map(([name, w]) => [name, { ...w, data: w.data.map((x) => x * 1.01) }])),
    });
    expect(biudSpaceDigest(other)).not.toBe(biudSpaceDigest(files));
  });

  it('run in transformers.js with the vectors of our own reader', async () => {
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(folder, 'text', name)), { recursive: true });
      writeFileSync(join(folder, 'text', name), bytes);
    }
    const { AutoModel, AutoTokenizer, env } = await import('@huggingface/transformers');
    env.allowRemoteModels = false;
    env.localModelPath = folder;
    const tokenizer = await AutoTokenizer.from_pretrained('text');
    const network = await AutoModel.from_pretrained('text', { dtype: 'fp32' });
    const sentences = ['No pleural effusion, 12 mm.', 'The heart is enlarged.'];
    const inputs = tokenizer(sentences, { padding: 'max_length', max_length: 20, truncation: true });
    const { sentence_embedding: theirs } = (await network(inputs)) as {
      sentence_embedding: { data: Float32Array };
    };
    const ours = await open.reader.sentences(sentences);
    for (const [i, { vector }] of ours.entries())
      expect(cosine(theirs.data.slice(i * 24, (i + 1) * 24), vector)).toBeCloseTo(1, 5);
  }, 60_000);
});
