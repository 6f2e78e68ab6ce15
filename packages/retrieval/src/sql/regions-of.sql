-- The region vectors of some studies' CTs, one row a CT.
-- $1 projects of the viewer, $2 space, $3 studies.
select study_id, subject_id, vectors
  from region_embedding
 where space_id = $2::int
   and project_id = any($1::uuid[])
   and study_id = any($3::uuid[])
 order by study_id, subject_id
