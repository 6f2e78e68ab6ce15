import { describe, expect, it } from 'vitest';
import { isSoftwareRenderer, judgeVolume, type ViewerDevice } from './memory-budget';
import { planeAxis, planeLetters } from './plane-letters';
import { scaleBar, scaleText } from './scale-bar';
import { presetById, rangeOf, windowPresets, windowText } from './window-presets';

const device: ViewerDevice = {
  hasWebGl2: true,
  max3dTextureSize: 2048,
  deviceMemoryGib: 8,
  isSoftwareDrawn: false,
};

describe('window presets', () => {
  it('are the five of the reading room, on keys 1 to 5', () => {
    const table = windowPresets.map(({ key, id, width, level }) => [key, id, width, level]);
    expect(table).toEqual([
      ['1', 'soft-tissue', 400, 40],
      ['2', 'lung', 1500, -600],
      ['3', 'liver', 150, 90],
      ['4', 'bone', 2500, 480],
      ['5', 'brain', 80, 40],
    ]);
  });

  it('become a range around the level and back', () => {
    expect(rangeOf({ width: 1500, level: -600 })).toEqual({ min: -1350, max: 150 });
    expect(windowText(rangeOf(windowPresets[1]!))).toBe('W 1500 L -600');
  });

  it('are found by their name in the address alone', () => {
    expect(presetById('bone')?.key).toBe('4');
    expect(presetById('x-ray-vision')).toBeUndefined();
  });
});

describe('the scale bar', () => {
  it('has a round length that fits and is true to the field of view', () => {
    expect(scaleBar(400, 352)).toEqual({ lengthMm: 100, lengthPx: (100 / 352) * 400 });
    expect(scaleBar(300, 20)?.lengthMm).toBe(5);
    expect(scaleBar(300, 0.5)?.lengthMm).toBeCloseTo(0.1);
  });

  it('is not drawn where there is no scale', () => {
    expect(scaleBar(0, 300)).toBeUndefined();
    expect(scaleBar(300, 0)).toBeUndefined();
    expect(scaleBar(300, Number.NaN)).toBeUndefined();
  });

  it('says centimetres from one centimetre on', () => {
    expect(scaleText(50)).toBe('5 cm');
    expect(scaleText(5)).toBe('5 mm');
  });
});

describe('patient letters', () => {
  it('put the patient’s right on the left and the head on top', () => {
    expect(planeLetters.axial).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
    expect(planeLetters.coronal).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
    expect(planeLetters.sagittal).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' });
  });

  it('name the axis a plane is stacked along', () => {
    expect(planeAxis).toEqual({ axial: 2, coronal: 1, sagittal: 0 });
  });
});

describe('the memory check before the download', () => {
  it('shows a usual CT as a volume', () => {
    expect(judgeVolume([512, 512, 400], device)).toMatchObject({ show: 'volume' });
  });

  it('shows pictures of a volume beyond the memory, and lets the reader insist', () => {
    const verdict = judgeVolume([1024, 1024, 1400], device);
    expect(verdict).toMatchObject({ show: 'pictures', canInsist: true });
    expect(verdict.show === 'pictures' && verdict.reason).toContain('24.6 GiB');
  });

  it('shows pictures without WebGL 2 or beyond the card’s texture, and says so', () => {
    expect(judgeVolume([64, 64, 64], { ...device, hasWebGl2: false })).toMatchObject({
      show: 'pictures',
      canInsist: false,
      reason: 'this browser offers no WebGL 2',
    });
    expect(judgeVolume([512, 512, 3000], device)).toMatchObject({ show: 'pictures', canInsist: false });
  });

  it('leaves 3-D out beside the planes where a large volume is drawn without a graphics card', () => {
    const software = { ...device, isSoftwareDrawn: true };
    expect(judgeVolume([512, 512, 138], software)).toMatchObject({
      show: 'volume',
      has3dBesidePlanes: false,
    });
    expect(judgeVolume([96, 96, 96], software)).toMatchObject({ has3dBesidePlanes: true });
    expect(judgeVolume([512, 512, 138], device)).toMatchObject({ has3dBesidePlanes: true });
  });

  it('knows drawing without a graphics card by its names', () => {
    const names = [
      'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)',
      'llvmpipe (LLVM 15.0.6, 256 bits)',
      'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)',
    ];
    for (const name of names) expect(isSoftwareRenderer(name), name).toBe(true);
    expect(isSoftwareRenderer('ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11)')).toBe(false);
  });

  it('plans for a smaller machine when the browser says so', () => {
    expect(judgeVolume([512, 512, 400], { ...device, deviceMemoryGib: 2 })).toMatchObject({
      show: 'pictures',
    });
  });
});
