-- The ten vectors of a space nearest to one of its own, itself left out, every vector compared: the truth.
-- $1 query vector as text, $2 its row
with query as materialized (select $1::text::vector({{width}}) as vector)
select e.id, (e.vector <=> q.vector)::float8 as distance
  from embedding e
 cross join query q
 where e.space_id = {{space}} and ({{parts}} = 1 or e.part = '') and e.id <> $2::bigint
 order by distance, e.id
 limit 10
