// Where a page of a search ended: (score, study) of its last hit, bound to what was asked. Opaque to clients.
// Checked, not secret: it grants nothing, since every statement is limited to the viewer's projects.
import { AppError, canonicalJson, isUuid, sha256 } from '@tomograph/kernel';
import type { CheckedRequest } from './search-request.js';

export interface CursorPlace {
  readonly score: number;
  readonly studyId: string;
}

/**
 * What a cursor is bound to. The numbers of the query vectors are left out: two processes that describe one X-ray may
 * differ in a last digit, and the place (score, study) is found again all the same.
 */
export function requestFingerprint(request: CheckedRequest): string {
  const { text = null, studyId = null, filter, vectors } = request;
  const asked = vectors.map(
    ({ spaceId, part, sentence }) => `${spaceId}/${part}${sentence ? `/${sentence.text}` : ''}`,
  );
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value != null));
  return digest(canonicalJson({ text, studyId, filter: given, asked }));
}

export function writeCursor(place: CursorPlace, fingerprint: string): string {
  const payload = `1,${place.score},${place.studyId},${fingerprint}`;
  return Buffer.from(`${payload},${digest(payload)}`).toString('base64url');
}

/** @throws AppError CURSOR_INVALID when it was not written here, was changed, or belongs to another search */
export function readCursor(cursor: string, fingerprint: string): CursorPlace {
  const text = cursor.length <= 400 ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  const [version, score = '', studyId = '', boundTo, check] = text.split(',');
  const payload = `${version},${score},${studyId},${boundTo}`;
  if (version !== '1' || check !== digest(payload) || !isUuid(studyId) || !Number.isFinite(Number(score))) {
    throw new AppError('CURSOR_INVALID', {
      message:
        'after is not a cursor that this search has given out: leave it away to start at the first page',
    });
  }
  if (boundTo !== fingerprint) {
    throw new AppError('CURSOR_INVALID', {
      message:
        'after belongs to another search (text, image space, case or filter changed): start at the first page',
    });
  }
  return { score: Number(score), studyId };
}

function digest(text: string): string {
  return sha256(text).slice(7, 23);
}
