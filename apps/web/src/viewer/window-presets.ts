// The five windows on keys 1–5, as radiologists know them (width / level in HU), and their place in the address.

export interface WindowPreset {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly level: number;
}

export const windowPresets: readonly WindowPreset[] = [
  { key: '1', id: 'soft-tissue', name: 'Soft tissue', width: 400, level: 40 },
  { key: '2', id: 'lung', name: 'Lung', width: 1500, level: -600 },
  { key: '3', id: 'liver', name: 'Liver', width: 150, level: 90 },
  { key: '4', id: 'bone', name: 'Bone', width: 2500, level: 480 },
  { key: '5', id: 'brain', name: 'Brain', width: 80, level: 40 },
];

export interface GreyRange {
  readonly min: number;
  readonly max: number;
}

export function rangeOf({ width, level }: Pick<WindowPreset, 'width' | 'level'>): GreyRange {
  return { min: level - width / 2, max: level + width / 2 };
}

/** `1500/-600`, as the corner of the picture says it. */
export function windowText({ min, max }: GreyRange): string {
  return `W ${Math.round(max - min)} L ${Math.round((max + min) / 2)}`;
}

export function presetById(id: string | undefined): WindowPreset | undefined {
  return windowPresets.find((preset) => preset.id === id);
}
