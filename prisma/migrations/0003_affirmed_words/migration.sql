-- Two things that a text search needed to work out for every sentence, stored: which words it affirms, and whose it
-- is.
--
-- Which words of a sentence stand outside the reach of every negation: free words that no vocabulary knows ("no
-- fracture") must not be found in sentences that deny them. Findings of the vocabulary carry their polarity from
-- ingest instead (packages/kernel/src/text). Stored, because working it out for every sentence that holds a frequent
-- word took seconds. A change of the rule is a new migration: a new function and the column made again.
--
-- A clause ends at . ; : and but/however/although/though/except; one that denies all it names ("… was not observed")
-- gives nothing. Within a clause a "no" reaches to its end, or to "apart from", "with", "shows", "there is"; "no change
-- in the mass" denies no mass. Each pattern is linear in the sentence.
create function affirmed_words(sentence text) returns text language sql immutable strict parallel safe as $$
  select coalesce(string_agg(
           regexp_replace(piece, '\m(no|not|without|nor|neither|never|absence of|negative for|free of|free from|denie[sd]|rules? out|ruled out)\M(?!\s+(significant |interval |appreciable |definite )*(change|increase|decrease|longer|only|further|substantially)).*$', ' ', 'i'),
           ' '), '')
    from regexp_split_to_table(sentence, '[.;:]|\m(but|however|although|though|except)\M', 'i') as clause
   cross join lateral regexp_split_to_table(clause, '\m(apart from|other than|with|shows?|there (is|are|was|were))\M', 'i') as piece
   where clause !~* '\m((is|are|was|were|has|have|could|can)(n''t| not| no longer)( been| be)? (seen|observed|detected|identified|visuali[sz]ed|found|noted|present|demonstrated|evident|appreciated|shown|encountered|distinguished|monitored|recorded)|(not|never) (seen|observed|detected|identified|visuali[sz]ed|found|noted|present|demonstrated|evident|appreciated|shown|encountered|distinguished|monitored|recorded)|(is|are|was|were) (absent|excluded))\M'
$$;

-- Whose sentence it is, so that a search reads one table. Kept by the database: a report never changes its study, a
-- study never its project, and sentences go with their report.
alter table report_sentence add column study_id uuid, add column project_id uuid;
update report_sentence rs set study_id = s.id, project_id = s.project_id
  from report r join study s on s.id = r.study_id where r.id = rs.report_id;
create function report_sentence_owner() returns trigger language plpgsql as $$
begin
  select s.id, s.project_id into new.study_id, new.project_id
    from report r join study s on s.id = r.study_id where r.id = new.report_id;
  return new;
end $$;
create trigger report_sentence_owner before insert on report_sentence
  for each row execute function report_sentence_owner();

alter table report_sentence
  alter column study_id set not null,
  alter column project_id set not null,
  add column affirmed tsvector generated always as (to_tsvector('english', affirmed_words(text))) stored;
create index report_sentence_affirmed_idx on report_sentence using gin (affirmed);
analyze report_sentence;
