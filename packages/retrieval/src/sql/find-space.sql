-- One embedding space, and whether it is the one that answers for its channel.
-- $1 space
select s.id, s.name, s.version, s.channel, s.width, s.phase::text as phase, s.recall_at_10, s.stored,
       (a.space_id is not null) as is_active
  from embedding_space s
  left join active_space a on a.space_id = s.id
 where s.id = $1::int
