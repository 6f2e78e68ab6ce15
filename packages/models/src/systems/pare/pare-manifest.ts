// manifest.json of a PARE bundle, checked before anything is built from it: it comes from strangers. Format in
// docs/reference/pare.md.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { Calibration } from './calibration.js';
import { measureNames } from './measures.js';
import type { PareConfig } from './pare-config.js';

export const bundleFormat = 'tomograph-pare/1';
export const weightsFile = 'weights.safetensors';
export const networkFile = (member: number): string => `network-${member}.onnx`;

export interface PareManifest {
  readonly format: typeof bundleFormat;
  readonly config: PareConfig;
  readonly preprocessing: Record<string, unknown>;
  readonly labelRule: string;
  readonly calibration: Calibration;
  readonly members: number;
  readonly digests: Readonly<Record<string, Sha256>>;
}

const maxBytes = 1 << 20;
const maxMembers = 16;

export const invalidBundle = (message: string): never => {
  throw new AppError('MANIFEST_INVALID', { message: `not a usable PARE bundle: ${message}` });
};

/** @throws AppError MANIFEST_INVALID, FORMAT_VERSION_UNKNOWN */
export function readPareManifest(bytes: Uint8Array): PareManifest {
  if (bytes.length > maxBytes)
    invalidBundle(`manifest.json has ${bytes.length} bytes, at most ${maxBytes} are read`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return invalidBundle('manifest.json is not JSON');
  }
  const manifest = isRecord(parsed) ? parsed : {};
  if (manifest.format !== bundleFormat)
    throw new AppError('FORMAT_VERSION_UNKNOWN', { message: `expected a bundle of format ${bundleFormat}` });
  const { members } = manifest;
  if (!isCount(members, maxMembers)) return invalidBundle(`members: a number from 1 to ${maxMembers}`);
  checkConfig(manifest.config);
  checkCalibration(manifest.calibration);
  const digests = isRecord(manifest.digests) ? manifest.digests : {};
  for (const name of [weightsFile, ...Array.from({ length: members }, (_, m) => networkFile(m))])
    if (!/^sha256:[0-9a-f]{64}$/.test(String(digests[name]))) invalidBundle(`digests: ${name} has none`);
  const measures = isRecord(manifest.preprocessing) ? manifest.preprocessing.measures : undefined;
  if (!Array.isArray(measures) || measures.join() !== measureNames.join())
    invalidBundle('its networks read other measures than this version computes');
  return manifest as unknown as PareManifest;
}

function checkConfig(config: unknown): void {
  const given = isRecord(config) ? config : invalidBundle('config is missing');
  const { patch, spacingMm, widths, tokenWidth, heads, parsed, prototypesPerClass, parsing, recall } = given;
  if (!isTriple(patch) || patch.some((n) => !isCount(n, 128) || n % 4 !== 0))
    invalidBundle('config.patch: three multiples of 4, at most 128');
  if ((patch as number[]).reduce((a, n) => a * n, 1) > 64 ** 3)
    invalidBundle('config.patch: more than 64³ voxels');
  if (!isTriple(spacingMm) || spacingMm.some((mm) => !(mm >= 0.1 && mm <= 10)))
    invalidBundle('config.spacingMm: three lengths from 0.1 to 10');
  if (!isTriple(widths) || widths.some((n) => !isCount(n, 256))) invalidBundle('config.widths');
  if (!isCount(tokenWidth, 1024) || !isCount(heads, 64) || tokenWidth % heads !== 0)
    invalidBundle('config.tokenWidth and heads');
  if (!isCount(prototypesPerClass, 1024)) invalidBundle('config.prototypesPerClass');
  if (!Array.isArray(parsed) || parsed.length < 2 || parsed.length > 16) invalidBundle('config.parsed');
  if (parsing !== true || !['none', 'momentum', 'random'].includes(String(recall)))
    invalidBundle('config.parsing and recall');
}

function checkCalibration(calibration: unknown): void {
  const isMap = (value: unknown): boolean =>
    isRecord(value) && Number.isFinite(value.scale) && Number.isFinite(value.offset);
  if (
    !isRecord(calibration) ||
    !isMap(calibration) ||
    !Array.isArray(calibration.resampled) ||
    calibration.resampled.length > 10_000 ||
    !calibration.resampled.every(isMap)
  )
    invalidBundle('calibration: scale, offset and resampled maps');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
const isTriple = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
