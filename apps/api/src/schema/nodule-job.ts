// Which assessments a job of nodules made: read out of its result.
import { assessNoduleResultSchema } from '@tomograph/kernel';
import type { JobRecord } from './shapes.js';

export function noduleAssessmentIdsOf({ kind, result }: JobRecord): readonly string[] {
  if (kind !== 'ASSESS_NODULE') return [];
  return assessNoduleResultSchema.safeParse(result).data?.assessments ?? [];
}
