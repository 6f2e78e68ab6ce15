-- What sentences claim of findings, one narrow row per sentence and finding, so that a search for a finding reads
-- these rows and not the sentences: three array tests for each of 220,000 sentences took 200 ms of a question's 300.
-- Kept by the database. A sentence belongs to its report for good, so only its claims can change.
create table sentence_finding (
  sentence_id uuid not null references report_sentence (id) on delete cascade,
  study_id uuid not null,
  project_id uuid not null,
  ordinal integer not null,
  code text not null,
  polarity text not null check (polarity in ('PRESENT', 'UNSURE', 'ABSENT')),
  search tsvector not null, -- of the sentence, a copy: ranking needs it, and nothing else of the sentence
  primary key (sentence_id, code, polarity)
);

create function report_sentence_findings() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from sentence_finding where sentence_id in (select id from new_rows);
  end if;
  insert into sentence_finding (sentence_id, study_id, project_id, ordinal, code, polarity, search)
    select distinct on (n.id, said.code, said.polarity)
           n.id, n.study_id, n.project_id, n.ordinal, said.code, said.polarity, n.search
      from new_rows n
     cross join lateral (
       select code, 'PRESENT' as polarity from unnest(n.findings_present) code
       union all select code, 'UNSURE' from unnest(n.findings_unsure) code
       union all select code, 'ABSENT' from unnest(n.findings_absent) code
     ) said;
  return null;
end $$;
create trigger report_sentence_findings_on_insert after insert on report_sentence
  referencing new table as new_rows for each statement execute function report_sentence_findings();
create trigger report_sentence_findings_on_update after update on report_sentence
  referencing new table as new_rows for each statement execute function report_sentence_findings();

insert into sentence_finding (sentence_id, study_id, project_id, ordinal, code, polarity, search)
  select distinct on (n.id, said.code, said.polarity)
         n.id, n.study_id, n.project_id, n.ordinal, said.code, said.polarity, n.search
    from report_sentence n
   cross join lateral (
     select code, 'PRESENT' as polarity from unnest(n.findings_present) code
     union all select code, 'UNSURE' from unnest(n.findings_unsure) code
     union all select code, 'ABSENT' from unnest(n.findings_absent) code
   ) said;
create index sentence_finding_code_idx on sentence_finding (code);
drop index report_sentence_unsure_idx; -- searches were all that read it, and the next
drop index report_sentence_absent_idx;
analyze sentence_finding;
