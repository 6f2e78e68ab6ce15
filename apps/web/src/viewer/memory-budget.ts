// Whether a volume can be shown as a volume, decided from its size before a byte is fetched. Pure.

/** What this browser can do; read once by the viewer. */
export interface ViewerDevice {
  readonly hasWebGl2: boolean;
  readonly max3dTextureSize: number;
  /** navigator.deviceMemory in GiB (Chromium says at most 8); undefined where the browser does not tell. */
  readonly deviceMemoryGib: number | undefined;
}

export type VolumeVerdict =
  | { readonly show: 'volume'; readonly bytes: number }
  | {
      readonly show: 'pictures';
      readonly bytes: number;
      readonly reason: string;
      readonly canInsist: boolean;
    };

/**
 * Peak bytes per voxel with NiiVue 0.69 and int16: gunzipped file 2, image 2, RGBA texture on the card 4, int16
 * texture 2, and one transient copy while it uploads.
 */
const bytesPerVoxel = 12;
const gib = 2 ** 30;

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
  const budget = ((device.deviceMemoryGib ?? 8) / 2) * gib;
  if (bytes > budget) {
    const need = (bytes / gib).toFixed(1);
    return pictures(
      `it needs about ${need} GiB of memory, ${(budget / gib).toFixed(1)} GiB are planned for`,
      true,
    );
  }
  return { show: 'volume', bytes };
}

export function readDevice(): ViewerDevice {
  const gl = document.createElement('canvas').getContext('webgl2');
  const device = {
    hasWebGl2: gl !== null,
    max3dTextureSize: gl === null ? 0 : (gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number),
    deviceMemoryGib: (navigator as { deviceMemory?: number }).deviceMemory,
  };
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return device;
}
