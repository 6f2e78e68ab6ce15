-- A space of meaning holds dozens of region vectors per study, which the first stage of ranking passes by.
create index embedding_whole_idx on embedding (space_id, study_id) where part = '';
