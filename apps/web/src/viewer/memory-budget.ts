// Whether a volume can be shown as a volume, decided from its size before a byte is fetched. Pure.

/** What this browser can do; read once by the viewer. */
export interface ViewerDevice {
  readonly hasWebGl2: boolean;
  readonly max3dTextureSize: number;
  /** navigator.deviceMemory in GiB (Chromium says at most 8); undefined where the browser does not tell. */
  readonly deviceMemoryGib: number | undefined;
  /** WebGL runs on the processor: slices are fine, a volume rendering of a whole CT takes seconds a frame. */
  readonly isSoftwareDrawn: boolean;
}

export type VolumeVerdict =
  | { readonly show: 'volume'; readonly bytes: number; readonly has3dBesidePlanes: boolean }
  | {
      readonly show: 'pictures';
      readonly bytes: number;
      readonly reason: string;
      readonly canInsist: boolean;
    };

/**
 * Peak bytes per voxel with NiiVue 0.69 and int16: gunzipped file 2, image 2; on the card RGBA 4, int16 2 while it
 * uploads, and two gradient textures of 4 (allocated though unused).
 */
const bytesPerVoxel = 18;
const gib = 2 ** 30;
const softwareRenderVoxels = 8e6; // measured: 512 x 512 x 138 on two busy cores took over 20 s a frame, 176 x 144 x 120 under 0.5 s

export function judgeVolume(size: readonly number[], device: ViewerDevice): VolumeVerdict {
  const voxels = size.reduce((product, length) => product * length, 1);
  const bytes = voxels * bytesPerVoxel;
  const pictures = (reason: string, canInsist = false) =>
    ({ show: 'pictures', bytes, reason, canInsist }) as const;
  if (!device.hasWebGl2) return pictures('this browser offers no WebGL 2');
  const longest = Math.max(...size);
  if (longest > device.max3dTextureSize) {
    return pictures(
      `the volume is ${longest} voxels long, this graphics card takes ${device.max3dTextureSize}`,
    );
  }
  const budget = (device.deviceMemoryGib ?? 8) * 0.75 * gib;
  if (bytes > budget) {
    const need = (bytes / gib).toFixed(1);
    return pictures(
      `it needs about ${need} GiB of memory, ${(budget / gib).toFixed(1)} GiB are planned for`,
      true,
    );
  }
  return {
    show: 'volume',
    bytes,
    has3dBesidePlanes: !device.isSoftwareDrawn || voxels <= softwareRenderVoxels,
  };
}

export function readDevice(): ViewerDevice {
  const gl = document.createElement('canvas').getContext('webgl2');
  const device = {
    hasWebGl2: gl !== null,
    max3dTextureSize: gl === null ? 0 : (gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number),
    deviceMemoryGib: (navigator as { deviceMemory?: number }).deviceMemory,
    isSoftwareDrawn: gl !== null && isSoftwareRenderer(rendererName(gl)),
  };
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return device;
}

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
}

/** By the names that Chromium, Mesa and Windows give to drawing without a graphics card. */
export function isSoftwareRenderer(name: string): boolean {
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
