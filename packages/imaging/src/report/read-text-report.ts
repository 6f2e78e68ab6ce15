// A text file -> a report item, when it reads like a report.
import { sha256 } from '@tomograph/kernel';
import { anonymousSubject } from '../dicom/subject.js';
import type { SourceFile } from '../read/collect.js';
import type { ReadContext } from '../read/read-context.js';
import { refuse } from '../read/refuse.js';
import type { ReportItem } from '../read/result.js';
import { parseReport } from './parse-report.js';
import type { Report } from './report.js';
import { scrubNote } from './report-notes.js';

/** @throws AppError FORMAT_UNKNOWN for text that is no report, LIMIT_EXCEEDED above `maxReportChars` */
export function readTextReport(bytes: Uint8Array, file: SourceFile, context: ReadContext): ReportItem {
  const text = decode(bytes);
  if (text.length > context.limits.maxReportChars) {
    refuse(
      'LIMIT_EXCEEDED',
      `the text is longer than the ${context.limits.maxReportChars} characters that are read`,
    );
  }
  if (!/\.(txt|text|rpt|report)$|(^|\/)[^./]+$/i.test(file.name)) {
    refuse('FORMAT_UNKNOWN', 'a text file that is no report: reports end in .txt');
  }
  const report = parseReport(text);
  if (!file.isAlone && !readsLikeReport(text, report)) {
    refuse('FORMAT_UNKNOWN', 'a text without sections or findings of a report');
  }
  if (report.sentences.length === 0) refuse('FORMAT_CORRUPT', 'the report has no sentence');
  const digest = sha256(report.text);
  return {
    kind: 'REPORT',
    digest,
    subject: anonymousSubject(context.key, digest),
    sources: [file.name],
    report,
    notes: [scrubNote],
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Licences and read-me files lie beside scans: a report has its headings, or several findings. */
function readsLikeReport(text: string, report: Report): boolean {
  if (/^[ \t]*(findings?|impression|conclusion)[ \t]*(:|$)/im.test(text)) return true;
  const codes = new Set(
    report.sentences.flatMap((sentence) => sentence.findings.map((finding) => finding.code)),
  );
  codes.delete('MEDICAL_MATERIAL');
  return codes.size >= 2 && text.length / codes.size < 1500;
}
