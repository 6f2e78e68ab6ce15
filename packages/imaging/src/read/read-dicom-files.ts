// The DICOM files of one input -> volumes, X-rays and reports. Headers first for all of them, then pixels stack
// by stack, so that one broken file refuses its own stack and nothing else.
import type { Modality } from '@tomograph/kernel';
import type { DicomDataset } from '../dicom/dataset.js';
import { dicomKind } from '../dicom/modality.js';
import { type OpenDicom, openDicom } from '../dicom/open-dicom.js';
import { readStack } from '../dicom/read-series.js';
import { type SliceHeader, sliceHeaders } from '../dicom/slice-header.js';
import { type Stack, sortIntoStacks } from '../dicom/sort-series.js';
import { readStructuredReport } from '../report/structured-report.js';
import { readDicomXray } from '../xray/read-dicom-xray.js';
import type { SourceFile } from './collect.js';
import { readBytes } from './read-bytes.js';
import type { ReadContext } from './read-context.js';

interface Sorted {
  readonly headers: Map<Modality, SliceHeader[]>;
  /** One data set per file that holds slices; it keeps only its header bytes alive. */
  readonly datasets: Map<number, DicomDataset>;
}

export async function readDicomFiles(files: readonly SourceFile[], context: ReadContext): Promise<void> {
  const sorted: Sorted = { headers: new Map(), datasets: new Map() };
  for (const [index, file] of files.entries()) {
    context.signal?.throwIfAborted();
    context.progress('HEADERS', index + 1, files.length);
    await context.attempt([file], async () => sortFile(file, index, sorted, context));
  }
  const stacks = [...sorted.headers].flatMap(([modality, headers]) =>
    sortIntoStacks(headers).map((stack) => ({ stack, modality })),
  );
  const total = stacks.reduce((sum, { stack }) => sum + stack.slices.length, 0);
  let before = 0;
  for (const { stack, modality } of stacks) {
    await context.attempt(filesOf(stack, files), async (sources) => {
      const item = await readStack(stack, sorted.datasets.get(stack.slices[0]!.file)!, modality, {
        pathOf: (file) => files[file]!.path,
        limits: context.limits,
        scratch: context.scratch,
        signal: context.signal,
        key: context.key,
        sources,
        onSlices: (done) => context.progress('PIXELS', before + done, total),
      });
      context.items.push(item);
    });
    before += stack.slices.length;
  }
}

async function sortFile(
  file: SourceFile,
  index: number,
  sorted: Sorted,
  context: ReadContext,
): Promise<void> {
  const opened = await openDicom(await readBytes(file.path), context.limits);
  const kind = dicomKind(opened);
  switch (kind.kind) {
    case 'REFUSED':
      context.refuse([file], kind.code, kind.message);
      return;
    case 'XRAY':
      context.items.push(await readDicomXray(opened, kind.modality, file.name, context));
      return;
    case 'REPORT':
      context.items.push(readStructuredReport(opened, file.name, context));
      return;
    case 'SLICES': {
      const headers = sliceHeaders(opened, index, context.limits);
      const list = sorted.headers.get(kind.modality) ?? [];
      list.push(...headers);
      sorted.headers.set(kind.modality, list);
      sorted.datasets.set(index, withoutPixels(opened));
    }
  }
}

/** The header alone: the file's pixel bytes must not stay in memory while a thousand headers are sorted. */
function withoutPixels(opened: OpenDicom): DicomDataset {
  const end = opened.pixelData?.offset ?? opened.bytes.length;
  return opened.dataset.over(opened.bytes.slice(0, end));
}

function filesOf(stack: Stack, files: readonly SourceFile[]): SourceFile[] {
  return [...new Set(stack.slices.map((slice) => slice.file))].map((index) => files[index]!);
}
