-- Whether the viewer may see a study.
-- $1 projects of the viewer, $2 study
select 1 as one from study where id = $2::uuid and project_id = any($1::uuid[])
