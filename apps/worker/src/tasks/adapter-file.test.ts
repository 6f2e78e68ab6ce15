// What we write as an adapter, read by a reader that is not ours: names, shapes and numbers as PEFT has them.
import { Random, sha256 } from '@tomograph/kernel';
import { type Adapter, pvtLayout, writeAdapterFiles } from '@tomograph/models';
import { expect, test } from 'vitest';
import { readSafetensors } from '../testing/independent-safetensors.js';
import { tinyConfig } from '../testing/tiny-base.js';

const rank = 3;
const random = new Random(1, 'adapter-file');
const normal = (n: number) => Float32Array.from({ length: n }, () => random.normal());
const { layers } = pvtLayout(tinyConfig);
const adapter: Adapter = {
  base: sha256('a base'),
  factors: new Map(
    layers.map((layer) => [
      layer.name,
      { rank, scale: 0.5, a: normal(rank * layer.in), b: normal(rank * layer.out) },
    ]),
  ),
  head: { weight: normal(8 * 2), bias: normal(2), classes: ['background', 'spleen'] },
};
const files = writeAdapterFiles(adapter, 'pvt-base');
const { tensors, metadata } = readSafetensors(files.weights);
const prefix = 'base_model.model.';

test('an independent reader finds two factors per layer and the head, and nothing else', () => {
  const expected = layers.flatMap(({ name }) => [
    `${prefix}${name}.lora_A.weight`,
    `${prefix}${name}.lora_B.weight`,
  ]);
  expect([...tensors.keys()].sort()).toEqual(
    [...expected, `${prefix}head.bias`, `${prefix}head.weight`].sort(),
  );
  expect(metadata).toMatchObject({ format: 'pt', base: adapter.base, classes: '["background","spleen"]' });
});

test('A is [rank, in] and B is [out, rank], value by value', () => {
  for (const { name, in: input, out } of layers) {
    const { a, b } = adapter.factors.get(name)!;
    const fileA = tensors.get(`${prefix}${name}.lora_A.weight`)!;
    const fileB = tensors.get(`${prefix}${name}.lora_B.weight`)!;
    expect([fileA.shape, fileB.shape]).toEqual([
      [rank, input],
      [out, rank],
    ]);
    expect(fileA.values).toEqual([...a]);
    for (let o = 0; o < out; o++)
      for (let r = 0; r < rank; r++) expect(fileB.values[o * rank + r]).toBe(b[r * out + o]);
  }
});

test("the head is a torch layer: weight [classes, features], and the configuration is PEFT's", () => {
  const { shape, values } = tensors.get(`${prefix}head.weight`)!;
  expect(shape).toEqual([2, 8]);
  for (let c = 0; c < 2; c++)
    for (let f = 0; f < 8; f++) expect(values[c * 8 + f]).toBe(adapter.head.weight[f * 2 + c]);
  const config = JSON.parse(new TextDecoder().decode(files.config));
  expect(config).toMatchObject({
    peft_type: 'LORA',
    r: rank,
    lora_alpha: rank * 0.5,
    modules_to_save: ['head'],
    bias: 'none',
    revision: adapter.base,
  });
  expect(config.target_modules).toEqual(layers.map(({ name }) => name).sort());
});
