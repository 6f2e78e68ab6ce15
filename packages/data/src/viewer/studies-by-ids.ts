// Cases with what is shown of their patients, and the note in the audit of who looked: one statement, since every
// search ends with it. Not lists: see case-reads.ts.
import { isUuid } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';
import type { StudyRecord } from './records.js';

type Row = Omit<StudyRecord, 'shiftedDay'> & { readonly shiftedDay: string | null };

/**
 * Those of the asked cases that lie in scope, in any order. Each one asked for is noted once: ALLOWED, or DENIED where
 * it is missing.
 * @param scope projects; undefined = all
 */
export async function studiesByIds(
  sql: Sql,
  viewer: { readonly name: string; readonly requestId?: string | undefined },
  scope: readonly string[] | undefined,
  ids: readonly string[],
): Promise<StudyRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<Row>(
    `with found as (
       select s.id, s.project_id as "projectId", s.patient_id as "patientId", s.study_key as "studyKey", s.label,
              p.patient_key as "patientKey", p.sex::text as sex, s.age_band as "ageBand",
              s.shifted_day as "shiftedDay", s.body_part::text as "bodyPart", s.modalities::text[] as modalities,
              s.is_demo as "isDemo", s.created_at as "createdAt"
         from study s
         join patient p on p.id = s.patient_id
        where s.id = any($1::uuid[]) and ($2::uuid[] is null or s.project_id = any($2::uuid[]))
     ), noted as (
       insert into audit_event (viewer, action, object_kind, object_id, outcome, request_id)
         select $4, 'study.read', 'study', asked.id, case when f.id is null then 'DENIED' else 'ALLOWED' end, $5
           from (select distinct unnest($3::text[]) as id) asked
           left join found f on f.id::text = asked.id
     )
     select * from found`,
    [ids.filter(isUuid), scope ? [...scope] : null, [...ids], viewer.name, viewer.requestId ?? null],
  );
  return rows.map((row) => ({
    ...row,
    shiftedDay: row.shiftedDay === null ? null : new Date(`${row.shiftedDay}T00:00:00Z`),
  }));
}
