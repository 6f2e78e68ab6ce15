-- Of each of these studies and each sentence asked, the region of its CTs that is most similar.
-- $1 projects of the viewer, $2 studies, $3 sentence vectors as text.
with query as materialized (
  select v.vector::vector({{width}}) as vector, v.place::int as place
    from unnest($3::text[]) with ordinality as v(vector, place)
),
region as materialized (
  select e.study_id, e.subject_id, e.part, e.vector
    from embedding e
   where e.space_id = {{space}}
     and e.project_id = any($1::uuid[])
     and e.study_id = any($2::uuid[])
     and e.subject_kind in ('SERIES', 'REGION')
     and e.part <> ''
),
compared as (
  select r.study_id, q.place, r.subject_id, r.part, (1 - (r.vector <=> q.vector))::float8 as similarity
    from region r
   cross join query q
)
select distinct on (study_id, place) study_id, place, subject_id, part, similarity
  from compared
 order by study_id, place, similarity desc, subject_id, part
