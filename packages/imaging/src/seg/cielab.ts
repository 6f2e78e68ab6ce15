// Display colours as DICOM stores them: sRGB -> CIELab (D50) as three unsigned 16-bit numbers (PS3.3 C.10.7.1.1).

/** 0..255 each. */
export type Rgb = readonly [number, number, number];

export function cieLab16(rgb: Rgb): [number, number, number] {
  const [r, g, b] = rgb.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  // linear sRGB -> XYZ of white point D50 (Bradford-adapted)
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116);
  const lightness = 116 * f(y) - 16;
  const a = 500 * (f(x) - f(y));
  const bStar = 200 * (f(y) - f(z));
  const scaled = (value: number, low: number, high: number): number =>
    Math.round((65_535 * (Math.min(high, Math.max(low, value)) - low)) / (high - low));
  return [scaled(lightness, 0, 100), scaled(a, -128, 127), scaled(bStar, -128, 127)];
}
