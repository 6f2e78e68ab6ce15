-- Vectors near each query vector, through the partial HNSW expression index of the space: the literal space and the
-- cast to the literal width are what lets the planner take it (tested by EXPLAIN). Which studies, not how similar:
-- rank-studies.sql compares those in full.
-- $1 projects of the viewer, $2–$10 study filter, $11 query vectors as text, $12 the part of each ('' = any),
-- $13 how many vectors to take per query vector.
with query as materialized (
  select v.vector::vector({{width}}) as vector, v.part
    from unnest($11::text[], $12::text[]) as v(vector, part)
)
select found.study_id
  from query q
 cross join lateral (
   select e.study_id
     from embedding e
     left join study s on s.id = e.study_id
     left join patient p on p.id = s.patient_id
    where e.space_id = {{space}}
      and ({{parts}} = 1 or e.part = '')
      and e.project_id = any($1::uuid[])
      and (q.part = '' or e.part = '' or e.part = q.part)
      and {{> study-filter}}
    order by (e.vector::vector({{width}})) <=> q.vector
    limit $13::int
 ) found
