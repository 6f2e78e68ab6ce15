-- Studies by similarity to the query vectors, every vector compared (no index: the vector is not cast to its width).
-- Per part of the query the best of a study's vectors, then the mean over the parts that the study has: a frontal
-- and a lateral view are combined, two series compete. Named in the answer: the most similar series or X-ray.
-- $1 projects of the viewer, $2–$10 study filter, $11 query vectors as text, $12 the part of each ('' = any),
-- $13 how many studies, $14 only these studies (null = all).
-- `query` is materialized: inlined, the text of the vector would be parsed once per row (100 times slower).
with query as materialized (
  select v.vector::vector({{width}}) as vector, v.part
    from unnest($11::text[], $12::text[]) as v(vector, part)
),
compared as (
  select e.study_id, e.subject_kind, e.subject_id, e.part,
         q.part as query_part, 1 - (e.vector <=> q.vector) as similarity
    from embedding e
    left join study s on s.id = e.study_id
    left join patient p on p.id = s.patient_id
   cross join query q
   where e.space_id = {{space}}
     and e.project_id = any($1::uuid[])
     and ($14::uuid[] is null or e.study_id = any($14::uuid[]))
     and (q.part = '' or e.part = '' or e.part = q.part)
     and {{> study-filter}}
),
ranked as (
  select study_id, avg(similarity)::float8 as score, (count(*) over ())::int as studies
    from (select study_id, max(similarity) as similarity from compared group by study_id, query_part) best_per_part
   group by study_id
   order by score desc, study_id
   limit $13::int
)
select distinct on (r.score, r.study_id)
       r.study_id, r.score, c.subject_kind::text as subject_kind, c.subject_id, c.part, r.studies
  from ranked r
  join compared c on c.study_id = r.study_id
 order by r.score desc, r.study_id, c.similarity desc, c.subject_id, c.part
