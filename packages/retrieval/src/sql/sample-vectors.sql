-- Some vectors of a space, the same ones each time: a sample to measure recall with.
-- $1 how many
select id, vector::text as vector
  from embedding
 where space_id = {{space}}
   and ({{parts}} = 1 or part = '')
 order by md5(id::text), id
 limit $1::int
