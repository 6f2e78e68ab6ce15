-- How many vectors a space holds, kept by the database: counting 100,000 of them for every list of spaces is slow.
-- One statement is one step of the counter. Rows are locked in order and as an update without a key change locks
-- them, which a check of a foreign key passes: neither two ingests nor an ingest and an erasure wait crosswise.
alter table embedding_space add column stored integer not null default 0;

create function embedding_space_count() returns trigger language plpgsql as $$
begin
  perform 1 from embedding_space
    where id in (select space_id from changed_rows) order by id for no key update;
  update embedding_space s set stored = s.stored + case tg_op when 'INSERT' then c.n else -c.n end
    from (select space_id, count(*)::int as n from changed_rows group by space_id) c
    where s.id = c.space_id;
  return null;
end $$;
create trigger embedding_count_on_insert after insert on embedding
  referencing new table as changed_rows for each statement execute function embedding_space_count();
create trigger embedding_count_on_delete after delete on embedding
  referencing old table as changed_rows for each statement execute function embedding_space_count();

update embedding_space s set stored = (select count(*) from embedding e where e.space_id = s.id);
