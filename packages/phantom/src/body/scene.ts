// The list of everything painted over the torso, with a grid of 10 mm cells that says what may touch a point.
// Later orders cover earlier ones; equal orders are one union. Built once per subject, for any resolution.
import type { Shape } from './shapes.js';

/** Where a paint may go, beyond its own shape. */
export type Clip = 'none' | 'lung' | 'cavity' | 'chest' | 'abdomen';

export interface Paint {
  readonly order: number;
  readonly shape: Shape;
  readonly tissue: number;
  /** Organ label to write; 0 clears it; undefined keeps what is below. */
  readonly label?: number | undefined;
  /** Inflate by so many mm. */
  readonly grow?: number;
  /** Union smoothly with the other paints of the same order, over so many mm. */
  readonly smooth?: number;
  readonly clip?: Clip;
  /** Another tissue deeper than `deep` mm below the surface; a function chooses by place. */
  readonly core?: {
    readonly deep: number;
    readonly tissue: number | ((x: number, y: number, z: number) => number);
  };
  /** 0..1: how much of what is below it replaces (opacities); default 1. */
  readonly strength?: number;
  /** 0..1: patchiness of an opacity. */
  readonly patchy?: number;
  /** Width of the soft edge, mm, added to the voxel's. */
  readonly softMm?: number;
  /** Airway branch number + 1, vessel kind (1 artery, 2 vein), instance number: written to their own volumes. */
  readonly airway?: number;
  readonly vessel?: 1 | 2;
  readonly instance?: number;
}

const CELL_MM = 10;
// half a cell's diagonal, a margin for first-order distances, and half of the coarsest voxel
const REACH_MM = 8.7 * 1.35 + 5;
const clips: readonly Clip[] = ['none', 'lung', 'cavity', 'chest', 'abdomen'];

export class Scene {
  readonly paints: readonly Paint[];
  // flat copies of the paints' fields: the voxel loop reads numbers, not objects
  readonly order: Int32Array;
  readonly clip: Uint8Array;
  readonly grow: Float64Array;
  readonly thin: Float64Array;
  private readonly low = [-240, -170, -480] as const;
  private readonly cells = [48, 33, 70] as const;
  private readonly start: Int32Array;
  private readonly items: Int32Array;

  constructor(paints: readonly Paint[]) {
    this.paints = [...paints].sort((a, b) => a.order - b.order);
    const n = this.paints.length;
    this.order = Int32Array.from(this.paints, (p) => p.order);
    this.clip = Uint8Array.from(this.paints, (p) => clips.indexOf(p.clip ?? 'none'));
    this.grow = Float64Array.from(this.paints, (p) => p.grow ?? 0);
    this.thin = Float64Array.from(this.paints, (p) => p.shape.thin + (p.grow ?? 0));
    const pairs: number[] = [];
    for (let i = 0; i < n; i++) this.collect(i, pairs);
    const count = new Int32Array(this.cells[0] * this.cells[1] * this.cells[2] + 1);
    for (let k = 0; k < pairs.length; k += 2) count[pairs[k]! + 1]!++;
    for (let c = 1; c < count.length; c++) count[c]! += count[c - 1]!;
    this.start = count.slice();
    this.items = new Int32Array(pairs.length / 2);
    for (let k = 0; k < pairs.length; k += 2) this.items[count[pairs[k]!]!++] = pairs[k + 1]!;
  }

  /** First and past-the-end position in `itemAt` of the paints near a point; an empty range outside the grid. */
  cell(x: number, y: number, z: number): number {
    const i = Math.floor((x - this.low[0]) / CELL_MM);
    const j = Math.floor((y - this.low[1]) / CELL_MM);
    const k = Math.floor((z - this.low[2]) / CELL_MM);
    if (i < 0 || j < 0 || k < 0 || i >= this.cells[0] || j >= this.cells[1] || k >= this.cells[2]) return -1;
    return i + this.cells[0] * (j + this.cells[1] * k);
  }

  first(cell: number): number {
    return this.start[cell]!;
  }

  end(cell: number): number {
    return this.start[cell + 1]!;
  }

  itemAt(position: number): number {
    return this.items[position]!;
  }

  private collect(index: number, pairs: number[]): void {
    const { shape, softMm = 0 } = this.paints[index]!;
    const grow = this.grow[index]! + softMm;
    const from = [0, 1, 2].map((a) =>
      Math.max(0, Math.floor((shape.box.low[a]! - grow - 5 - this.low[a]!) / CELL_MM)),
    );
    const to = [0, 1, 2].map((a) =>
      Math.min(this.cells[a]! - 1, Math.floor((shape.box.high[a]! + grow + 5 - this.low[a]!) / CELL_MM)),
    );
    for (let k = from[2]!; k <= to[2]!; k++) {
      for (let j = from[1]!; j <= to[1]!; j++) {
        for (let i = from[0]!; i <= to[0]!; i++) {
          const d = shape.signed(
            this.low[0] + (i + 0.5) * CELL_MM,
            this.low[1] + (j + 0.5) * CELL_MM,
            this.low[2] + (k + 0.5) * CELL_MM,
          );
          if (d - grow < REACH_MM) pairs.push(i + this.cells[0] * (j + this.cells[1] * k), index);
        }
      }
    }
  }
}
