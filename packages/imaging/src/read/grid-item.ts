// A stored grid -> an item: volume or label map, digest, facts. The file knows no patient.
import { pseudonym } from '@tomograph/kernel';
import { anonymousSubject } from '../dicom/subject.js';
import type { SourceFile } from './collect.js';
import { volumeDigest } from './content-digest.js';
import type { ReadContext } from './read-context.js';
import type { CtItem, LabelItem } from './result.js';
import { gridContent, type StoredGrid } from './stored-grid.js';
import { volumeFacts } from './volume-facts.js';

export function gridItem(grid: StoredGrid, file: SourceFile, context: ReadContext): CtItem | LabelItem {
  const content = gridContent(grid);
  const sources = [file.name];
  if (content.kind === 'LABELS') {
    const digest = volumeDigest(content.labels);
    return {
      kind: 'LABEL',
      digest,
      subject: anonymousSubject(context.key, digest),
      sources,
      labels: content.labels,
      facts: volumeFacts(content.labels, 'OTHER', 'UNKNOWN', content.notes),
    };
  }
  const digest = volumeDigest(content.volume);
  return {
    kind: 'CT',
    digest,
    seriesKey: pseudonym(context.key, 'series', digest),
    subject: anonymousSubject(context.key, digest),
    sources,
    volume: content.volume,
    facts: volumeFacts(content.volume, content.modality, 'UNKNOWN', content.notes),
  };
}
