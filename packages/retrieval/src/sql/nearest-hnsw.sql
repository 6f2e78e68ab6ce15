-- The ten vectors of a space nearest to one of its own, itself left out, as the index finds them.
-- $1 query vector as text, $2 its row
select e.id, ((e.vector::vector({{width}})) <=> $1::text::vector({{width}}))::float8 as distance
  from embedding e
 where e.space_id = {{space}} and ({{parts}} = 1 or e.part = '') and e.id <> $2::bigint
 order by (e.vector::vector({{width}})) <=> $1::text::vector({{width}})
 limit 10
