-- Vectors of regions leave `embedding`: the first stage of ranking reads every whole vector of a space, and with dozens of
-- region rows between them it read 28 times as many pages. The second stage reads one row per CT here.
create table region_embedding (
  space_id integer not null references embedding_space (id) on delete cascade,
  project_id uuid not null references project (id),
  study_id uuid not null references study (id) on delete cascade,
  subject_id uuid not null, -- the series
  vectors bytea not null check (octet_length(vectors) > 0 and octet_length(vectors) % 4 = 0), -- float32 big-endian, cell after cell
  primary key (space_id, subject_id)
);
alter table region_embedding alter column vectors set storage external; -- floats do not compress
create index region_embedding_study_idx on region_embedding (study_id, space_id);

insert into region_embedding (space_id, project_id, study_id, subject_id, vectors)
select space_id, project_id, study_id, subject_id,
       string_agg(substring(vector_send(vector) from 5), ''::bytea order by substring(part from 6)::int)
  from embedding
 where part ~ '^cell-[0-9]+$'
 group by space_id, project_id, study_id, subject_id;
delete from embedding where part ~ '^cell-[0-9]+$';
update embedding_space set expected = least(expected, stored) where channel = 'meaning';
