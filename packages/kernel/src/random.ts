// Seeded random numbers, the same on every platform: xoshiro128** on 32-bit integers, seeded by splitmix32.
// Not for secrets. Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021.

export class Random {
  private readonly s: Uint32Array;
  /** Seed and stream mixed to one word: what forks are derived from. */
  private readonly key: number;
  private spareNormal: number | undefined;

  /** @param seed any 32-bit integer; @param stream a name, so that one seed gives independent streams */
  constructor(seed: number, stream = '') {
    this.key = mix(Math.imul(seed | 0, 0x9e3779b1) ^ hashName(stream));
    let state = this.key;
    this.s = Uint32Array.from({ length: 4 }, () => {
      state = (state + 0x9e3779b9) >>> 0;
      return mix(state);
    });
    if (this.s.every((word) => word === 0)) this.s[0] = 1;
  }

  /** An independent stream of the same seed; drawing from it does not move this one, nor the other way round. */
  fork(stream: string): Random {
    return new Random(this.key, stream);
  }

  /** Next 32 random bits. */
  uint32(): number {
    const s = this.s;
    const s1 = s[1]!;
    const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = (s1 << 9) >>> 0;
    s[2] = s[2]! ^ s[0]!;
    s[3] = s[3]! ^ s1;
    s[1] = s1 ^ s[2]!;
    s[0] = s[0]! ^ s[3]!;
    s[2] = s[2]! ^ t;
    s[3] = rotl(s[3]!, 11);
    return result;
  }

  /** Uniform in [low, high), 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 4294967296);
  }

  /** Integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Normal by the polar method: needs log and sqrt only. */
  normal(mean = 0, sd = 1): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return mean + sd * spare;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const q = u * u + v * v;
      if (q > 0 && q < 1) {
        const f = Math.sqrt((-2 * Math.log(q)) / q);
        this.spareNormal = v * f;
        return mean + sd * u * f;
      }
    }
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)]!;
  }

  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [copy[i], copy[j]] = [copy[j]!, copy[i]!];
    }
    return copy;
  }
}

// The finaliser of MurmurHash3: a bijection of 32-bit words
function mix(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

function rotl(x: number, k: number): number {
  return ((x << k) | (x >>> (32 - k))) >>> 0;
}

// FNV-1a, 32 bits
function hashName(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
