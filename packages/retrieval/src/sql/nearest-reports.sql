-- Sentences of the reports nearest to a vector that affirm or deny one of some findings.
-- $1 projects of the viewer, $2 the study that asks, $3 vector as text, $4 how many reports, $5 codes of findings.
with query as materialized (select $3::vector({{width}}) as vector),
near as (
  select e.study_id, e.subject_id as report_id, (1 - (e.vector <=> q.vector))::float8 as similarity
    from embedding e
   cross join query q
   where e.space_id = {{space}}
     and e.part = ''
     and e.subject_kind = 'REPORT'
     and e.project_id = any($1::uuid[])
     and e.study_id <> $2::uuid
   order by e.vector <=> q.vector, e.subject_id
   limit $4::int
)
select s.id as "sentenceId", n.study_id as "studyId", s.findings_present as present, s.findings_absent as absent,
       n.similarity
  from near n
  join report_sentence s on s.report_id = n.report_id
 where s.findings_present && $5::text[] or s.findings_absent && $5::text[]
 order by n.similarity desc, s.report_id, s.ordinal
