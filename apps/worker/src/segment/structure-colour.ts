// A colour per structure that stays the same over tasks, cases and installations: by SNOMED code, else by name.
import type { Rgb } from '@tomograph/imaging';

/** The usual anatomical colours (those of 3D Slicer's generic anatomy table) for what is segmented most. */
const usual: Readonly<Record<string, Rgb>> = {
  '10200004': [221, 130, 101], // liver
  '78961009': [157, 108, 162], // spleen
  '9846003': [185, 102, 83], // right kidney
  '18639004': [203, 120, 100], // left kidney
  '3341006': [197, 165, 145], // right lung
  '44029006': [172, 138, 115], // left lung
  '80891009': [206, 110, 84], // heart
  '15825003': [224, 97, 76], // aorta
  '51282000': [255, 255, 207], // vertebra
  '69695003': [216, 132, 105], // stomach
  '15776009': [249, 180, 111], // pancreas
  '28231008': [139, 150, 98], // gallbladder
  '44567001': [182, 228, 255], // trachea
  '89837001': [222, 154, 132], // urinary bladder
};

export function structureColour({ name, snomed }: { name: string; snomed: { code: string } | null }): Rgb {
  const known = snomed === null ? undefined : usual[snomed.code];
  return known ?? hashedColour(snomed === null ? name : `${snomed.code}`);
}

/** `#dd8265` */
export function hexColour(rgb: Rgb): string {
  return `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

/** Hues spread by the golden angle over a hash; three steps of lightness, so that neighbours in hue differ still. */
function hashedColour(text: string): Rgb {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  const hue = ((hash % 9973) * 137.508) % 360;
  const lightness = 0.52 + 0.1 * ((hash >>> 16) % 3);
  const chroma = (1 - Math.abs(2 * lightness - 1)) * 0.65;
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - (chroma / 2) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
