// The value and labels of one point of the body: torso layers first, then the scene's paints in order, each blended by
// how much of the voxel it covers (partial volume). Does not know grids, files or noise of the scanner.
import type { Scene } from '../body/scene.js';
import { type TissueTable, tissue } from '../body/tissue.js';
import { Torso, type TorsoShape } from '../body/torso.js';
import type { ValueNoise } from './value-noise.js';

const T = {
  air: tissue('air'),
  skin: tissue('skin'),
  fat: tissue('fat'),
  muscle: tissue('muscle'),
  lung: tissue('lung'),
  connective: tissue('connective'),
};
const CLIP_LUNG = 1;
const CLIP_CAVITY = 2;
const CLIP_CHEST = 3;
const CLIP_ABDOMEN = 4;

export class Sampler {
  /** Answers of the last `at`. */
  value = 0;
  label = 0;
  airway = 0;
  vessel = 0;
  instance = 0;
  /** Distance to the nearest surface met, mm: far from all of them supersampling is pointless. */
  nearest = 0;

  private readonly torso: Torso;
  private noise = 0;
  private coarse = 0;
  private y = 0;

  /**
   * @param lobeLabels organ label of each lobe in the order of lobeNames
   * @param lungTissue changes of the lung's base tissue by lobe (emphysema, mosaic), 0..1 towards `emphysema`
   */
  constructor(
    private readonly scene: Scene,
    shape: TorsoShape,
    private readonly table: TissueTable,
    private readonly texture: ValueNoise,
    private readonly lobeLabels: readonly number[],
  ) {
    this.torso = new Torso(shape);
  }

  /** Evaluates canonical point (x, y, z) for a voxel about `h` mm wide. */
  at(x: number, y: number, z: number, h: number): void {
    this.label = 0;
    this.airway = 0;
    this.vessel = 0;
    this.instance = 0;
    const torso = this.torso;
    torso.locate(x, y, z);
    this.nearest = Math.abs(torso.body);
    this.value = this.table.mean[T.air]!;
    if (torso.body > h) return;
    this.y = y;
    this.coarse = this.texture.at(x / 11, y / 11, z / 11);
    this.noise = 0.8 * this.texture.at(x / 4.3 + 17, y / 4.3, z / 4.3) + 0.6 * this.coarse;
    this.layers(torso, z, h);
    this.paints(torso, x, y, z, h);
  }

  private layers(torso: Torso, z: number, h: number): void {
    this.cover(T.skin, torso.body, h, 1);
    this.cover(T.fat, torso.body + 1.8, h, 1);
    const outer = Math.max(torso.cavity - torso.wall, torso.body + torso.fat);
    this.cover(T.muscle, outer, h, 1);
    // thin fat planes between the layers of the chest wall
    const planes = z < 30 ? 0.8 : z < 60 ? (0.8 * (60 - z)) / 30 : 0;
    if (torso.cavity > 6 && planes > 0)
      this.cover(T.fat, Math.abs(torso.cavity - 12.5 - 2 * this.coarse) - 0.7, h, planes);
    if (torso.cavity > 16 && planes > 0) {
      this.cover(T.fat, Math.abs(torso.cavity - 21 - 3 * this.coarse) - 1, h, planes);
    }
    // shoulders: muscles lie in bundles with fat between them
    if (z > 40)
      this.cover(
        T.fat,
        Math.max(torso.body + torso.fat - 4, 6 - torso.cavity, Math.abs(this.coarse) * 7 - 1),
        h,
        0.7,
      );
    this.cover(T.fat, torso.cavity, h, 1);
    if (torso.cavity > h) return;
    // diaphragm: a 3 mm sheet, with its crura left to the scene
    this.cover(T.muscle, Math.max(Math.abs(torso.aboveDiaphragm) - 1.6, torso.cavity), h, 1);
    if (torso.lung < h) {
      this.cover(T.lung, torso.lung, h, 1);
      if (torso.lung < 0) {
        this.label = this.lobeLabels[torso.lobe]!;
        if (torso.lung < -1) this.cover(T.connective, torso.fissure + 0.7 * this.coarse - 0.2, h, 0.38);
      }
    }
  }

  private paints(torso: Torso, x: number, y: number, z: number, h: number): void {
    const { scene } = this;
    const cell = scene.cell(x, y, z);
    if (cell < 0) return;
    const end = scene.end(cell);
    let position = scene.first(cell);
    while (position < end) {
      let best = scene.itemAt(position);
      const order = scene.order[best]!;
      let d = scene.paints[best]!.shape.signed(x, y, z) - scene.grow[best]!;
      let union = d;
      const smooth = scene.paints[best]!.smooth ?? 0;
      for (position++; position < end; position++) {
        const item = scene.itemAt(position);
        if (scene.order[item] !== order) break;
        const e = scene.paints[item]!.shape.signed(x, y, z) - scene.grow[item]!;
        if (smooth > 0) {
          const overlap = Math.max(0, smooth - Math.abs(union - e)) / smooth;
          union = Math.min(union, e) - (overlap * overlap * smooth) / 4;
        }
        if (e < d) {
          d = e;
          best = item;
        }
      }
      this.paint(torso, best, smooth > 0 ? union : d, x, y, z, h);
    }
  }

  private paint(
    torso: Torso,
    item: number,
    distance: number,
    x: number,
    y: number,
    z: number,
    h: number,
  ): void {
    const { scene } = this;
    const paint = scene.paints[item]!;
    const thin = scene.thin[item]!;
    let d = distance;
    switch (scene.clip[item]) {
      case CLIP_LUNG:
        d = Math.max(d, torso.lung);
        break;
      case CLIP_CAVITY:
        d = Math.max(d, torso.cavity);
        break;
      case CLIP_CHEST:
        d = Math.max(d, torso.cavity, 1.6 - torso.aboveDiaphragm);
        break;
      case CLIP_ABDOMEN:
        d = Math.max(d, torso.cavity + 2, torso.aboveDiaphragm + 1.6);
        break;
    }
    const soft = paint.softMm ?? 0;
    // masks of airways, vessels and instances keep thin parts connected: at least half a voxel in radius
    const slack = Math.max(0, 0.5 * h - thin);
    if (d < slack) {
      if (paint.airway !== undefined) this.airway = paint.airway;
      if (paint.vessel !== undefined) this.vessel = paint.vessel;
      if (paint.instance !== undefined) this.instance = paint.instance;
    }
    if (d > (h + soft) / 2) {
      if (d < this.nearest) this.nearest = d;
      return;
    }
    // nothing outside the skin is an organ: else a bone that reaches it would grow with the voxel
    if (d < 0 && torso.body < 0 && paint.label !== undefined) this.label = paint.label;
    let strength = paint.strength ?? 1;
    if (paint.patchy !== undefined)
      strength *= 1 - paint.patchy * (0.5 - Math.max(-1, Math.min(1, this.coarse)) / 2);
    if (thin < h / 2 && soft === 0) {
      // a tube thinner than the voxel: scale so that the covered area is its own
      const reach = thin + h / 2;
      strength *= Math.min(1, (3 * thin * thin * h) / (reach * reach * reach));
    }
    this.cover(paint.tissue, d, h + soft, strength);
    const core = paint.core;
    if (core !== undefined && d < h - core.deep) {
      const inner = typeof core.tissue === 'number' ? core.tissue : core.tissue(x, y, z);
      this.cover(inner, d + core.deep, h, strength);
    }
  }

  private cover(id: number, d: number, h: number, strength: number): void {
    const distance = d < 0 ? -d : d;
    if (distance < this.nearest) this.nearest = distance;
    const alpha = 0.5 - d / h;
    if (alpha <= 0) return;
    const a = Math.min(1, alpha) * strength;
    const { mean, texture, gradientY } = this.table;
    const v = mean[id]! + texture[id]! * this.noise + gradientY[id]! * this.y;
    this.value += (v - this.value) * a;
  }
}
