-- The stored vectors of one study in the active space of every channel: what "cases like this one" asks with.
-- Newest subjects last, so that a study with very many series keeps asking with the same ones.
-- $1 projects of the viewer, $2 study, $3 how many vectors per space.
select space_id, width, part, vector
  from (
    select e.space_id, sp.width, e.part, e.vector::text as vector,
           row_number() over (partition by e.space_id order by e.id) as place
      from embedding e
      join active_space a on a.space_id = e.space_id
      join embedding_space sp on sp.id = e.space_id
     where e.study_id = $2::uuid
       and e.project_id = any($1::uuid[])
       and e.subject_kind in ('STUDY', 'SERIES', 'XRAY')
       and (sp.channel <> 'meaning' or e.part = '') -- regions are not asked with
  ) placed
 where place <= $3::int
 order by space_id, place
