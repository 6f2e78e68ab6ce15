// A DICOM structured report (TID 1500 measurements, TID 2000 basic diagnostic text, key findings) -> report text.
// Names, dates, UIDs and references are left out: only concepts, texts, codes and numbers are told.
// Source: DICOM PS3.3 C.17.3 (content tree), PS3.16 TID 1500, TID 2000.
import { sha256 } from '@tomograph/kernel';
import type { DicomDataset } from '../dicom/dataset.js';
import type { OpenDicom } from '../dicom/open-dicom.js';
import { subjectOf } from '../dicom/subject.js';
import { tag } from '../dicom/tags.js';
import type { ReadContext } from '../read/read-context.js';
import { refuse } from '../read/refuse.js';
import type { ReportItem } from '../read/result.js';
import { parseReport } from './parse-report.js';
import { scrubNote } from './report-notes.js';

/** @throws AppError FORMAT_CORRUPT for a report without content, LIMIT_EXCEEDED above `maxReportChars` */
export function readStructuredReport(file: OpenDicom, source: string, context: ReadContext): ReportItem {
  const { dataset } = file;
  const text = structuredText(dataset);
  if (text.trim() === '') refuse('FORMAT_CORRUPT', 'the structured report says nothing in words or numbers');
  if (text.length > context.limits.maxReportChars) {
    refuse(
      'LIMIT_EXCEEDED',
      `the report is longer than the ${context.limits.maxReportChars} characters that are read`,
    );
  }
  const known = [dataset.text(tag.PatientName), dataset.string(tag.PatientID)].filter(
    (one) => one !== undefined,
  );
  const report = parseReport(text, known);
  const digest = sha256(report.text);
  return {
    kind: 'REPORT',
    digest,
    subject: subjectOf(dataset, context.key, digest),
    sources: [source],
    report,
    notes: [scrubNote],
  };
}

/** One line per content item; containers that are sections become headings. */
export function structuredText(dataset: DicomDataset): string {
  const lines: string[] = [];
  for (const item of dataset.items(tag.ContentSequence)) tell(item, lines);
  return lines.join('\n');
}

/** Where it was made, by whom and about which objects is no part of what was found (TID 1001, 1204 …). */
const provenance =
  /observer|observation context|language|subject|procedure (?:study|reported)|country|device|station|image library|referenced|source|tracking unique|person|institution|date|time/i;

function tell(item: DicomDataset, lines: string[]): void {
  const concept = item.items(tag.ConceptNameCodeSequence)[0]?.text(tag.CodeMeaning)?.trim() ?? '';
  if (provenance.test(concept) || /HAS (?:OBS|ACQ) CONTEXT/.test(item.string(tag.RelationshipType) ?? ''))
    return;
  const children = item.items(tag.ContentSequence);
  const value = itemValue(item);
  if (item.string(tag.ValueType) === 'CONTAINER') {
    if (children.length > 0 && concept !== '') lines.push('', `${heading(concept)}:`);
  } else if (value !== undefined) {
    const isPlain =
      concept === '' || /^(finding|impression|conclusion|recommendation|description)s?$/i.test(concept);
    lines.push(endSentence(isPlain ? value : `${concept}: ${value}`));
  }
  for (const child of children) tell(child, lines);
}

function heading(concept: string): string {
  if (/impression|conclusion|summary/i.test(concept)) return 'IMPRESSION';
  if (/finding|measurement/i.test(concept)) return 'FINDINGS';
  return concept.replace(/:+$/, '');
}

function itemValue(item: DicomDataset): string | undefined {
  switch (item.string(tag.ValueType)) {
    case 'TEXT':
      return item.text(tag.TextValue)?.trim() || undefined;
    case 'CODE':
      return item.items(tag.ConceptCodeSequence)[0]?.text(tag.CodeMeaning)?.trim() || undefined;
    case 'NUM': {
      const measured = item.items(tag.MeasuredValueSequence)[0];
      const number = measured?.string(tag.NumericValue);
      const unit = measured?.items(tag.MeasurementUnitsCodeSequence)[0]?.string(tag.CodeValue);
      return number === undefined ? undefined : [number, unit === '1' ? '' : unit].filter(Boolean).join(' ');
    }
    default:
      return undefined; // PNAME, DATE, UIDREF, IMAGE, SCOORD …
  }
}

function endSentence(line: string): string {
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
