-- Studies by similarity to the query vectors, every vector compared (no index: the vector is not cast to its width).
-- A film is more like any other film than like the projection of its own patient's CT (simulated cone beams: all 12
-- stored films before the own CT), so similarities are compared among vectors of one kind alone: a study's place is its
-- best place among films or among series, and places count, similarity among equal places.
-- Per part of the query the best of a study's vectors of the kind, then the mean over the parts that it has: a frontal
-- and a lateral view are combined, two series compete. Named in the answer: the most similar vector of the best kind.
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
     and ({{parts}} = 1 or e.part = '')
     and e.project_id = any($1::uuid[])
     and ($14::uuid[] is null or e.study_id = any($14::uuid[]))
     and (q.part = '' or e.part = '' or e.part = q.part)
     and {{> study-filter}}
),
of_kind as materialized (
  select study_id, subject_kind, avg(similarity)::float8 as score
    from (
      select study_id, subject_kind, max(similarity) as similarity
        from compared
       group by study_id, subject_kind, query_part
    ) best_per_part
   group by study_id, subject_kind
),
kind as materialized (
  select subject_kind, count(*)::int as studies from of_kind group by subject_kind
),
-- the best of each kind alone are placed: to sort all of them would take half as long again
placed as (
  select best.study_id, kind.subject_kind, best.score,
         rank() over (partition by kind.subject_kind order by best.score desc) as place
    from kind
   cross join lateral (
     select study_id, score
       from of_kind
      where of_kind.subject_kind = kind.subject_kind
      order by score desc, study_id
      limit $13::int
   ) best
),
chosen as (
  select distinct on (study_id) study_id, subject_kind, score, place
    from placed
   order by study_id, place, score desc, subject_kind
),
ranked as (
  select chosen.*,
         case when (select count(*) from kind) = 1 then (select studies from kind limit 1)
              else (select count(*)::int from (select from of_kind group by study_id) study) end as studies
    from chosen
   order by place, score desc, study_id
   limit $13::int
)
select distinct on (r.place, r.score, r.study_id)
       r.study_id, r.score, c.subject_kind::text as subject_kind, c.subject_id, c.part, r.studies
  from ranked r
  join compared c on c.study_id = r.study_id and c.subject_kind = r.subject_kind
 order by r.place, r.score desc, r.study_id, c.similarity desc, c.subject_id, c.part
