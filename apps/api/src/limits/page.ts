// Relay paging arguments, checked: 1-100 items in one direction, or refused. Never silently cut.
import { AppError } from '@tomograph/kernel';
import { defaultLimits } from './limits.js';

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

export type Page =
  | { readonly direction: 'forward'; readonly size: number; readonly cursor: string | undefined }
  | { readonly direction: 'backward'; readonly size: number; readonly cursor: string | undefined };

/** @throws AppError INVALID_ARGUMENT */
export function readPage(args: PageArgs): Page {
  const { first, after, last, before } = args;
  const backward = last != null || before != null;
  if (backward && (first != null || after != null)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'a page goes one way: give first and after, or last and before, not both',
      facts: { argument: 'first' },
    });
  }
  const size = (backward ? last : first) ?? defaultLimits.defaultPageSize;
  if (size < 1 || size > defaultLimits.maxPageSize) {
    const argument = backward ? 'last' : 'first';
    throw new AppError('INVALID_ARGUMENT', {
      message: `${argument} must be from 1 to ${defaultLimits.maxPageSize}, got ${size}`,
      facts: { argument, got: size },
    });
  }
  const cursor = (backward ? before : after) ?? undefined;
  return { direction: backward ? 'backward' : 'forward', size, cursor };
}
