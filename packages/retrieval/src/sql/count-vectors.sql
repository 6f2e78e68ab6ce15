-- How many vectors of a space remain after the filters, counted to $11 at most: decides exact or HNSW.
-- $1 projects of the viewer, $2–$10 study filter, $11 where to stop counting.
select count(*)::int as eligible
  from (
    select 1
      from embedding e
      left join study s on s.id = e.study_id
      left join patient p on p.id = s.patient_id
     where e.space_id = {{space}}
       and ({{parts}} = 1 or e.part = '')
       and e.project_id = any($1::uuid[])
       and {{> study-filter}}
     limit $11::int
  ) counted
