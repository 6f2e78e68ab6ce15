// Prototypes of benign and malignant nodules: planted by k-means, moved by momentum, planted anew when unused.
// Plain numbers outside the gradient. Source: six-systems §5.3.
import { Random } from '@tomograph/kernel';

export interface Prototypes {
  readonly perClass: number;
  readonly width: number;
  /** [2·K, width], benign first. */
  readonly values: Float32Array;
  /** How often each was nearest since the last epoch began, and epochs without use. */
  readonly uses: Float64Array;
  readonly idleEpochs: Int32Array;
}

export interface Embedded {
  readonly embedding: Float32Array;
  readonly malignant: boolean;
}

/** Standard normal values that nothing moves: the control of the ablation. */
export function randomPrototypes(perClass: number, width: number, seed: number): Prototypes {
  const random = new Random(seed, 'prototypes');
  return empty(
    perClass,
    width,
    Float32Array.from({ length: 2 * perClass * width }, () => random.normal()),
  );
}

/** k-means++ and ten Lloyd steps in each class. A class with fewer cases than prototypes repeats them. */
export function plantPrototypes(
  cases: readonly Embedded[],
  perClass: number,
  width: number,
  seed: number,
): Prototypes {
  const values = new Float32Array(2 * perClass * width);
  for (const malignant of [false, true]) {
    const own = cases.filter((c) => c.malignant === malignant).map((c) => c.embedding);
    const centres = kMeans(own, perClass, width, new Random(seed, `plant ${malignant}`));
    values.set(centres, malignant ? perClass * width : 0);
  }
  return empty(perClass, width, values);
}

/** In place: for every case the nearest prototype of its own class moves towards it. */
export function moveByMomentum(prototypes: Prototypes, cases: readonly Embedded[], momentum: number): void {
  const { values, width, uses } = prototypes;
  for (const { embedding, malignant } of cases) {
    const k = nearestPrototype(prototypes, embedding, malignant);
    uses[k]! += 1;
    for (let i = 0; i < width; i++)
      values[k * width + i] = momentum * values[k * width + i]! + (1 - momentum) * embedding[i]!;
  }
}

/** In place, once an epoch: prototypes idle for too long become the case farthest from its class. @returns how many */
export function reseedIdle(prototypes: Prototypes, cases: readonly Embedded[], afterEpochs: number): number {
  const { perClass, values, width, uses, idleEpochs } = prototypes;
  let planted = 0;
  for (let k = 0; k < 2 * perClass; k++) {
    idleEpochs[k] = uses[k] === 0 ? idleEpochs[k]! + 1 : 0;
    if (idleEpochs[k]! < afterEpochs) continue;
    const malignant = k >= perClass;
    let farthest: Float32Array | undefined;
    let best = -1;
    for (const c of cases) {
      if (c.malignant !== malignant) continue;
      const d = distance(values, nearestPrototype(prototypes, c.embedding, malignant) * width, c.embedding);
      if (d > best) [best, farthest] = [d, c.embedding];
    }
    if (farthest === undefined) continue;
    values.set(farthest, k * width);
    idleEpochs[k] = 0;
    planted++;
  }
  uses.fill(0);
  return planted;
}

/** @param malignant undefined: of both classes */
export function nearestPrototype(
  { perClass, values, width }: Pick<Prototypes, 'perClass' | 'values' | 'width'>,
  embedding: Float32Array,
  malignant?: boolean,
): number {
  const from = malignant === true ? perClass : 0;
  const to = malignant === false ? perClass : 2 * perClass;
  let best = from;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let k = from; k < to; k++) {
    const d = distance(values, k * width, embedding);
    if (d < bestDistance) [bestDistance, best] = [d, k];
  }
  return best;
}

/** Entropy of the usage of prototypes over log K, the mean of both classes: 1 = all equally, 0 = one alone. */
export function usageEntropy(prototypes: Prototypes, cases: readonly Embedded[]): number {
  const { perClass } = prototypes;
  const counts = new Float64Array(2 * perClass);
  for (const c of cases) counts[nearestPrototype(prototypes, c.embedding, c.malignant)]! += 1;
  const of = (part: Float64Array): number => {
    const total = part.reduce((a, n) => a + n, 0);
    return (
      -part.reduce((h, n) => (n === 0 ? h : h + (n / total) * Math.log(n / total)), 0) / Math.log(perClass)
    );
  };
  return (of(counts.slice(0, perClass)) + of(counts.slice(perClass))) / 2;
}

const empty = (perClass: number, width: number, values: Float32Array): Prototypes => ({
  perClass,
  width,
  values,
  uses: new Float64Array(2 * perClass),
  idleEpochs: new Int32Array(2 * perClass),
});

function distance(values: Float32Array, at: number, x: Float32Array): number {
  let d = 0;
  for (let i = 0; i < x.length; i++) d += (values[at + i]! - x[i]!) ** 2;
  return d;
}

function kMeans(cases: readonly Float32Array[], k: number, width: number, random: Random): Float32Array {
  const centres = new Float32Array(k * width);
  if (cases.length === 0) return centres.map(() => random.normal());
  centres.set(random.pick(cases), 0);
  const near = cases.map((c) => distance(centres, 0, c));
  for (let j = 1; j < k; j++) {
    let left = random.uniform(
      0,
      near.reduce((a, d) => a + d, 0),
    );
    const chosen = near.findIndex((d) => {
      left -= d;
      return left <= 0;
    });
    centres.set(cases[Math.max(chosen, 0)]!, j * width);
    for (const [i, c] of cases.entries()) near[i] = Math.min(near[i]!, distance(centres, j * width, c));
  }
  for (let round = 0; round < 10; round++) {
    const sums = new Float64Array(k * width);
    const counts = new Float64Array(k);
    for (const c of cases) {
      let best = 0;
      for (let j = 1; j < k; j++)
        if (distance(centres, j * width, c) < distance(centres, best * width, c)) best = j;
      counts[best]! += 1;
      for (let i = 0; i < width; i++) sums[best * width + i]! += c[i]!;
    }
    for (let j = 0; j < k; j++)
      if (counts[j]! > 0)
        for (let i = 0; i < width; i++) centres[j * width + i] = sums[j * width + i]! / counts[j]!;
  }
  return centres;
}
