// What every X-ray's reader must be told.
import type { ReadingNote } from '@tomograph/kernel';

/** A header can never prove pixels clean (PS3.15 E.3.6), so this is said of every X-ray and secondary capture. */
export const burnedInNote: ReadingNote = {
  code: 'BURNED_IN_TEXT_NOT_CHECKED',
  message: 'text burned into the pixels was not looked for: not proven clean of identity',
};
