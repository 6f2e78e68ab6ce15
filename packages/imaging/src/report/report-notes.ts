// What every reader of a report must be told.
import type { ReadingNote } from '@tomograph/kernel';

export const scrubNote: ReadingNote = {
  code: 'TEXT_SCRUBBED_BY_PATTERNS',
  message: 'dates, numbers and names were removed from the text by patterns: not proven clean of identity',
};
