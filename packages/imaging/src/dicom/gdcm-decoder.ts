// JPEG, JPEG-LS and JPEG 2000 frames -> samples, by GDCM compiled to WebAssembly (@itk-wasm/image-io).
// GDCM never sees the patient's file: each batch of frames goes into a file of our own whose header holds
// only checked numbers, so the decoder applies no rescale and reads no private tag.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gdcmReadImageNode } from '@itk-wasm/image-io';
import { AppError } from '@tomograph/kernel';
import { concatBytes } from '../read/inflate.js';
import { corrupt } from '../read/refuse.js';
import { type CodestreamFacts, codestreamFacts } from './codestream.js';
import { DicomWriter } from './dicom-writer.js';

export type DecodedSamples = Int16Array | Uint16Array | Uint8Array | Int8Array;

export interface FrameShape {
  readonly columns: number;
  readonly rows: number;
  readonly samplesPerPixel: number;
  /** Of the DICOM header; samples come in the smallest of 8 or 16 bits that holds the stream's own depth. */
  readonly bitsAllocated: number;
}

/**
 * @param scratch an absolute folder that only this process uses
 * @returns one array per frame, rows x columns x samples, as coded in the stream (unscaled)
 * @throws AppError FORMAT_CORRUPT when a stream contradicts the header or does not decode
 */
export async function decodeFrames(
  frames: readonly Uint8Array[],
  shape: FrameShape,
  syntaxUid: string,
  scratch: string,
): Promise<{ samples: DecodedSamples[]; facts: CodestreamFacts }> {
  const facts = frames.map(codestreamFacts);
  const first = facts[0]!;
  for (const fact of facts) checkFacts(fact, first, shape);
  const path = join(scratch, 'frames.dcm');
  await writeFile(path, wrap(frames, first, syntaxUid), { mode: 0o600 });
  try {
    const { image } = await gdcmReadImageNode(path);
    const data = image?.data as DecodedSamples | null | undefined;
    const perFrame = shape.rows * shape.columns * shape.samplesPerPixel;
    if (!data || data.length !== perFrame * frames.length || !(data.BYTES_PER_ELEMENT <= 2)) {
      corrupt('the decoder gave another number of samples than the header promises');
    }
    const samples = frames.map((_, i) => data!.subarray(i * perFrame, (i + 1) * perFrame) as DecodedSamples);
    return { samples, facts: first };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('FORMAT_CORRUPT', { message: 'a compressed frame does not decode', cause });
  } finally {
    await rm(path, { force: true });
  }
}

function checkFacts(fact: CodestreamFacts, first: CodestreamFacts, shape: FrameShape): void {
  if (
    fact.width !== shape.columns ||
    fact.height !== shape.rows ||
    fact.components !== shape.samplesPerPixel
  ) {
    corrupt(
      `a compressed frame is ${fact.width} x ${fact.height} x ${fact.components}, ` +
        `the header says ${shape.columns} x ${shape.rows} x ${shape.samplesPerPixel}`,
    );
  }
  if (fact.bits < 1 || fact.bits > 16)
    corrupt(`a compressed frame has ${fact.bits} bits a sample, 1 to 16 are read`);
  if (fact.bits !== first.bits || fact.signed !== first.signed) {
    corrupt('the compressed frames of one series differ in depth');
  }
}

/** A multi-frame secondary capture file around the frames: no patient, no position, no rescale. */
function wrap(frames: readonly Uint8Array[], facts: CodestreamFacts, syntaxUid: string): Uint8Array {
  const bytes = facts.bits <= 8 ? 1 : 2;
  const isColour = facts.components > 1;
  const sopClass = `1.2.840.10008.5.1.4.1.1.7.${isColour ? 4 : bytes === 1 ? 2 : 3}`;
  const writer = new DicomWriter();
  writer.meta(sopClass, '2.25.1', syntaxUid);
  writer.text(0x00080016, 'UI', sopClass);
  writer.text(0x00080018, 'UI', '2.25.1');
  writer.uint16(0x00280002, facts.components);
  writer.text(0x00280004, 'CS', isColour ? 'RGB' : 'MONOCHROME2');
  if (isColour) writer.uint16(0x00280006, 0);
  writer.text(0x00280008, 'IS', String(frames.length));
  writer.uint16(0x00280010, facts.height);
  writer.uint16(0x00280011, facts.width);
  writer.uint16(0x00280100, bytes * 8);
  writer.uint16(0x00280101, facts.bits);
  writer.uint16(0x00280102, facts.bits - 1);
  writer.uint16(0x00280103, facts.signed ? 1 : 0);
  writer.encapsulated(frames);
  return concatBytes(writer.chunks);
}
