-- Studies by similarity to the query vectors, every vector compared (no index: the vector is not cast to its width).
-- $1 projects of the viewer, $2–$10 study filter, $11 query vectors as text, $12 the part of each ('' = any),
-- $13 how many studies.
with query as materialized (
  select v.vector::vector({{width}}) as vector, v.part
    from unnest($11::text[], $12::text[]) as v(vector, part)
),
compared as materialized (
  select e.study_id, e.subject_kind, e.subject_id, e.part,
         q.part as query_part, 1 - (e.vector <=> q.vector) as similarity
    from embedding e
    left join study s on s.id = e.study_id
    left join patient p on p.id = s.patient_id
   cross join query q
   where e.space_id = {{space}}
     and e.project_id = any($1::uuid[])
     and (q.part = '' or e.part = '' or e.part = q.part)
     and {{> study-filter}}
),
seen as (select count(*) as vectors from compared),
{{> best-per-study}}
