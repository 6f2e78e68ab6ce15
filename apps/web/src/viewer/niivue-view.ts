// NiiVue behind the few verbs that the reading page needs. Knows no React; owns the WebGL context until `close`.
import { DRAG_MODE, MULTIPLANAR_TYPE, Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue';
import type { HeatVolume } from '../meaning/heat-map';
import { labelTable, type ShownStructure, tableEntries } from './label-overlay';
import { type Plane, planeAxis } from './plane-letters';
import type { Layout, Voxel } from './viewer-state';
import type { GreyRange } from './window-presets';

/** One plane as drawn: its rectangle in CSS pixels, its width in mm, its slice counted from 1. */
export interface Tile {
  readonly plane: Plane | 'render';
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fovMm: number;
}

export interface ViewSnapshot {
  readonly tiles: readonly Tile[];
  readonly voxel: Voxel;
  /** Voxels along R, A, S. */
  readonly size: Voxel;
  readonly range: GreyRange;
  readonly valueAtCrosshair: number | undefined;
  /** Under the crosshair, LPS mm to a tenth. */
  readonly pointLps: Voxel;
}

const sliceTypes: Record<Layout, SLICE_TYPE> = {
  mpr: SLICE_TYPE.MULTIPLANAR,
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  '3d': SLICE_TYPE.RENDER,
};
const tilePlanes = new Map<number, Plane>([
  [SLICE_TYPE.AXIAL, 'axial'],
  [SLICE_TYPE.CORONAL, 'coronal'],
  [SLICE_TYPE.SAGITTAL, 'sagittal'],
]);

/** 16 bit without sign, and the intent that chooses the shader for labels (see label-overlay.ts). */
const labelHeader = { datatypeCode: 512, numBitsPerVoxel: 16, intent_code: 1002, scl_slope: 1, scl_inter: 0 };

class DrawnNiivue extends Niivue {
  onDrawn: () => void = () => undefined;
  override drawScene() {
    const result = super.drawScene();
    this.onDrawn();
    return result;
  }
  /**
   * NiiVue 0.69 computes a gradient volume at every change of window, also where no lighting uses it: over half of
   * the work, tens of seconds for a CT drawn without a graphics card. An empty scissor makes those draws free.
   */
  skipGradients(): void {
    const blur = this.blurShader!; // the first pass of the gradient, used for nothing else here
    const use = blur.use.bind(blur);
    blur.use = (gl) => {
      use(gl);
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(0, 0, 0, 0);
    };
  }
  override refreshLayers(...layer: Parameters<Niivue['refreshLayers']>) {
    super.refreshLayers(...layer);
    this.gl.disable(this.gl.SCISSOR_TEST);
  }
  // The page has its own keys; NiiVue's would act a second time while the canvas has the focus.
  override keyDownListener(): void {}
  override keyUpListener(): void {}
}

export class NiivueView {
  readonly #nv: DrawnNiivue;
  #frame = 0;
  #heat: NVImage | undefined;
  #labels: { values: ArrayLike<number>; structures: readonly ShownStructure[]; image: NVImage } | undefined;

  private constructor(nv: DrawnNiivue, onChange: (snapshot: ViewSnapshot) => void) {
    this.#nv = nv;
    // Many draws may happen in one frame; the page follows once per frame.
    nv.onDrawn = () => {
      if (this.#frame !== 0) return;
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        if (nv.volumes.length > 0) onChange(this.snapshot());
      });
    };
  }

  /** `bytes`: a .nii.gz file. The world (mm) frame is drawn, so oblique volumes keep their true angles. */
  static async open(
    canvas: HTMLCanvasElement,
    bytes: ArrayBuffer,
    options: { range: GreyRange; isInverted: boolean; layout: Layout; has3dBesidePlanes: boolean },
    onChange: (snapshot: ViewSnapshot) => void,
  ): Promise<NiivueView> {
    const nv = new DrawnNiivue({
      backColor: [0, 0, 0, 1],
      crosshairColor: [0.42, 0.77, 0.85, 0.75],
      crosshairWidth: 1,
      crosshairWidthUnit: 'mm',
      crosshairGap: 12,
      show3Dcrosshair: true,
      isRadiologicalConvention: true,
      sagittalNoseLeft: true,
      isOrientationTextVisible: false, // drawn as text over the canvas, with H and F
      isSliceMM: true,
      dragAndDropEnabled: false,
      dragMode: DRAG_MODE.windowing,
      multiplanarLayout: MULTIPLANAR_TYPE.GRID,
      multiplanarShowRender: options.has3dBesidePlanes ? SHOW_RENDER.ALWAYS : SHOW_RENDER.NEVER,
      sliceType: sliceTypes[options.layout],
      multiplanarPadPixels: 2,
      viewModeHotKey: 'None',
      clipPlaneHotKey: 'None',
      cycleClipPlaneHotKey: 'None',
      loadingText: '',
      logLevel: 'error',
    });
    const view = new NiivueView(nv, onChange);
    await nv.attachToCanvas(canvas);
    nv.skipGradients();
    canvas.tabIndex = -1; // the frame around it takes the focus and has the name
    const image = await NVImage.loadFromUrl({
      url: 'volume.nii.gz', // names the format; the bytes are here
      buffer: bytes,
      colormap: 'gray',
      cal_min: options.range.min,
      cal_max: options.range.max,
    });
    image.colormapInvert = options.isInverted;
    nv.addVolume(image);
    return view;
  }

  snapshot(): ViewSnapshot {
    const nv = this.#nv;
    const volume = nv.volumes[0]!;
    const voxel = nv.frac2vox(nv.scene.crosshairPos);
    const dims = volume.dimsRAS!;
    const scale = nv.uiData.dpr ?? 1;
    return {
      tiles: nv.screenSlices.map((slice) => {
        const [left, top, width, height] = slice.leftTopWidthHeight.map((value) => value / scale);
        const plane = tilePlanes.get(slice.axCorSag) ?? 'render';
        return {
          plane,
          left: left!,
          top: top!,
          width: width!,
          height: height!,
          fovMm: Math.abs(slice.fovMM[0] ?? 0),
        };
      }),
      voxel: [voxel[0]!, voxel[1]!, voxel[2]!],
      size: [dims[1]!, dims[2]!, dims[3]!],
      range: { min: volume.cal_min ?? 0, max: volume.cal_max ?? 1 },
      valueAtCrosshair: volume.getValue(voxel[0]!, voxel[1]!, voxel[2]!),
      pointLps: this.#pointLps(),
    };
  }

  /** The world of NiiVue is RAS. */
  #pointLps(): Voxel {
    const [r, a, s] = this.#nv.frac2mm(this.#nv.scene.crosshairPos, 0, true);
    const tenth = (mm: number) => Math.round(mm * 10) / 10 + 0;
    return [tenth(-r!), tenth(-a!), tenth(s!)];
  }

  /** A place outside the volume moves the crosshair to its border. */
  moveToLps({ x, y, z }: { readonly x: number; readonly y: number; readonly z: number }): void {
    const frac = this.#nv.mm2frac([-x, -y, z], 0, true);
    const inside = (value: number) => Math.min(1, Math.max(0, value));
    this.#nv.scene.crosshairPos = [inside(frac[0]!), inside(frac[1]!), inside(frac[2]!)];
    this.#nv.drawScene();
  }

  /** Where a place lies in the planes that pass within 2 mm of it, in CSS pixels. */
  placesOf({ x, y, z }: { readonly x: number; readonly y: number; readonly z: number }): readonly {
    readonly plane: Plane;
    readonly left: number;
    readonly top: number;
  }[] {
    const nv = this.#nv;
    if (nv.volumes.length === 0) return [];
    const frac = nv.mm2frac([-x, -y, z], 0, true);
    if ([frac[0]!, frac[1]!, frac[2]!].some((value) => value < 0 || value > 1)) return [];
    const scale = nv.uiData.dpr ?? 1;
    return [...tilePlanes].flatMap(([sliceType, plane]) => {
      const found = nv.frac2canvasPosWithTile(frac, sliceType);
      return found === null ? [] : [{ plane, left: found.pos[0]! / scale, top: found.pos[1]! / scale }];
    });
  }

  /** Grey range in HU and inversion, in one pass over the volume's texture; nothing when both are so already. */
  setAppearance({ min, max }: GreyRange, isInverted: boolean): void {
    const volume = this.#nv.volumes[0]!;
    if (volume.cal_min === min && volume.cal_max === max && volume.colormapInvert === isInverted) return;
    volume.cal_min = min;
    volume.cal_max = max;
    volume.colormapInvert = isInverted;
    this.#nv.updateGLVolume();
  }

  /** `bytes`: a .nii.gz label map on the grid of the volume; it replaces one that is shown. */
  async showLabels(
    bytes: ArrayBuffer,
    structures: readonly ShownStructure[],
    hidden: ReadonlySet<number>,
    opacity: number,
  ): Promise<void> {
    const image = await NVImage.loadFromUrl({ url: 'labels.nii.gz', buffer: bytes, opacity });
    this.removeLabels();
    const values = image.img!.slice() as unknown as ArrayLike<number>;
    image.img = tableEntries(values, structures, hidden);
    Object.assign(image.hdr!, labelHeader);
    image.setColormapLabel(labelTable(structures));
    image.cal_min = image.global_min = 0;
    image.cal_max = image.global_max = structures.length;
    this.#labels = { values, structures, image };
    this.#nv.addVolume(image);
  }

  /** Draws every structure but those of these values. */
  hideLabels(hidden: ReadonlySet<number>): void {
    if (this.#labels === undefined) return;
    const { values, structures, image } = this.#labels;
    tableEntries(values, structures, hidden, image.img as Uint16Array<ArrayBuffer>);
    this.#redrawLabels();
  }

  setLabelOpacity(opacity: number): void {
    if (this.#labels === undefined || this.#labels.image.opacity === opacity) return;
    this.#labels.image.opacity = opacity;
    this.#redrawLabels();
  }

  removeLabels(): void {
    if (this.#labels === undefined) return;
    const { image } = this.#labels;
    this.#labels = undefined;
    if (this.#nv.volumes.includes(image)) this.#nv.removeVolume(image);
  }

  /** A heat map over the slices; it replaces one that is shown. Its cooler half is clear. */
  async showHeat({ voxels, size, spacingMm, affine }: HeatVolume): Promise<void> {
    const bytes = NVImage.createNiftiArray([size, size, size], [...spacingMm], [...affine], 16, voxels);
    const image = await NVImage.loadFromUrl({
      url: 'heat.nii',
      buffer: bytes.slice().buffer,
      colormap: 'warm',
      opacity: 0.35,
      // clear below. Not NiiVue's type "transparent below the least": it makes opaque what lies far above
      cal_min: 0.35,
      cal_max: 1,
    });
    this.removeHeat();
    this.#heat = image;
    this.#nv.addVolume(image);
  }

  removeHeat(): void {
    const image = this.#heat;
    this.#heat = undefined;
    if (image !== undefined && this.#nv.volumes.includes(image)) this.#nv.removeVolume(image);
  }

  /** @param mm along R, A, S */
  moveToMm(mm: readonly [number, number, number]): void {
    this.#nv.scene.crosshairPos = this.#nv.mm2frac([...mm]);
    this.#nv.drawScene();
  }

  /** The volume below stays as it is: its texture is the costly part. */
  #redrawLabels(): void {
    const { image } = this.#labels!;
    this.#nv.refreshLayers(image, this.#nv.volumes.indexOf(image));
    this.#nv.drawScene();
  }

  setLayout(layout: Layout): void {
    if (this.#nv.opts.sliceType === sliceTypes[layout]) return;
    this.#nv.setSliceType(sliceTypes[layout]);
  }

  moveTo(voxel: Voxel): void {
    const volume = this.#nv.volumes[0]!;
    const dims = volume.dimsRAS!;
    const inside = voxel.map((value, axis) => Math.min(Math.max(0, value), dims[axis + 1]! - 1));
    this.#nv.scene.crosshairPos = this.#nv.vox2frac([inside[0]!, inside[1]!, inside[2]!]);
    this.#nv.drawScene();
  }

  step(plane: Plane, slices: number): void {
    const voxel = [...this.snapshot().voxel] as [number, number, number];
    voxel[planeAxis[plane]] += slices;
    this.moveTo(voxel);
  }

  zoomBy(factor: number): void {
    const [x, y, z, zoom] = this.#nv.scene.pan2Dxyzmm;
    const next = Math.min(10, Math.max(0.5, (zoom ?? 1) * factor));
    this.#nv.setPan2Dxyzmm([x!, y!, z!, next]);
  }

  /** Zoom, pan, crosshair and the 3-D camera back to the start; window and inversion are the page's. */
  resetView(): void {
    const nv = this.#nv;
    nv.scene.crosshairPos = [0.5, 0.5, 0.5];
    nv.setPan2Dxyzmm([0, 0, 0, 1]);
    nv.setRenderAzimuthElevation(110, 10);
    nv.drawScene();
  }

  close(): void {
    this.#labels = undefined;
    this.#heat = undefined;
    cancelAnimationFrame(this.#frame);
    this.#nv.onDrawn = () => undefined;
    this.#nv.cleanup();
    this.#nv.gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
