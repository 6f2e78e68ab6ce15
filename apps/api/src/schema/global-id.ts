// Global ids: base64url of `Type:id`, opaque to clients. An id says what it names, never that the viewer may see it.
import { AppError, isUuid } from '@tomograph/kernel';

export const idTypes = [
  'Case',
  'Series',
  'Xray',
  'Report',
  'ReportSentence',
  'Project',
  'ApiKey',
  'Segmentation',
  'NoduleAssessment',
  'Webhook',
  'WebhookDelivery',
  'Job',
  'Upload',
  'EmbeddingSpace',
] as const;
export type IdType = (typeof idTypes)[number];

export function encodeId(type: IdType, id: string | number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** @throws AppError INVALID_ARGUMENT: not one of our ids, or of another type than `type` */
export function decodeId(type: IdType, globalId: string, argument = 'id'): string {
  const decoded = decodeAnyId(globalId, argument);
  if (decoded.typename !== type) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${argument} must be the id of a ${type}, got that of a ${decoded.typename}`,
      facts: { argument, expected: type, got: decoded.typename },
    });
  }
  return decoded.id;
}

/** @throws AppError INVALID_ARGUMENT */
export function decodeAnyId(globalId: string, argument: unknown = 'id'): { typename: IdType; id: string } {
  const text = globalId.length <= 100 ? Buffer.from(globalId, 'base64url').toString('utf8') : '';
  const colon = text.indexOf(':');
  const typename = text.slice(0, colon) as IdType;
  const id = text.slice(colon + 1);
  const isWellFormed = typename === 'EmbeddingSpace' ? /^\d{1,9}$/.test(id) : isUuid(id);
  // Re-encoding must give the same text: base64url readers skip characters they do not know.
  if (!idTypes.includes(typename) || !isWellFormed || encodeId(typename, id) !== globalId) {
    const name = typeof argument === 'string' ? argument : 'id';
    throw new AppError('INVALID_ARGUMENT', {
      message: `${name} is not an id that this API has given out`,
      facts: { argument: name },
    });
  }
  return { typename, id };
}
