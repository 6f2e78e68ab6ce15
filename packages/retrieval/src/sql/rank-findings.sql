-- Studies by what their report sentences claim of findings, each with its best sentence.
-- A finding counts by what a sentence claims of it (affirmed or doubted for what is wanted, denied for what is
-- excluded), never by its words; free words count outside the reach of a negation only.
-- A study is dropped when its reports affirm or doubt something excluded, or deny something wanted without affirming
-- it anywhere. score = how many of the findings asked for it answers + its best sentence in [0, 1).
-- $1 projects of the viewer, $2–$10 study filter, $11 wanted findings, $12 excluded findings, $13 free words
-- (websearch syntax), $14 what they do: RANK sentences that are there anyway, or be AFFIRMED by the sentence that
-- claims the finding, $15 how many studies, $16 the words typed, any of which brings a sentence forward.
-- Claims are kept by the database, one row each (0007_sentence_findings).
with said as materialized (
  select f.study_id, f.sentence_id, f.ordinal, f.code, f.polarity, f.search,
         f.code = any($11::text[]) and f.polarity <> 'ABSENT' as answers,
         f.code = any($12::text[]) and f.polarity = 'ABSENT' as denies
    from sentence_finding f
    left join study s on s.id = f.study_id
    left join patient p on p.id = s.patient_id
   where f.code = any($11::text[] || $12::text[])
     and f.project_id = any($1::uuid[])
     and {{> study-filter}}
),
claim as (
  select study_id, code,
         bool_or(polarity = 'PRESENT') as affirmed,
         bool_or(polarity = 'UNSURE') as doubted,
         bool_or(polarity = 'ABSENT') as denied
    from said
   group by study_id, code
),
answer as (
  select study_id,
         count(*) filter (where case when code = any($11::text[]) then affirmed or doubted else denied end) as answered
    from claim
   group by study_id
  having not bool_or(case when code = any($11::text[]) then denied and not affirmed and not doubted
                          else affirmed or doubted end)
),
reason as materialized ( -- a denial is one beside an answer in the same sentence, or where nothing is wanted
  select said.study_id, said.sentence_id, said.ordinal, said.search, a.answered,
         case when said.denies or said.polarity = 'PRESENT' then 0.5 else 0.25 end as strength
    from said
    join answer a on a.study_id = said.study_id
   where (said.answers
          or said.denies and (cardinality($11::text[]) = 0
                              or said.sentence_id in (select sentence_id from said where answers)))
     and ($14::text = 'RANK' or exists (
           select 1
             from report_sentence rs
            where rs.id = said.sentence_id
              and rs.search @@ websearch_to_tsquery('english', $13::text)
              and rs.affirmed @@ websearch_to_tsquery('english', $13::text)))
),
found as materialized (
  select study_id, max(answered) as answered from reason group by study_id
),
scored as materialized ( -- who answers fewer findings than the last that is shown needs no text rank
  select study_id, sentence_id, ordinal,
         (answered + (strength + 0.5 * ts_rank_cd(search, websearch_to_tsquery('english', $16::text), 32))::float8)::float8
           as score
    from reason
   where answered >= (select min(answered)
                        from (select answered from found order by answered desc limit $15::int) shown)
),
ranked as (
  select study_id, max(score) as score
    from scored
   group by study_id
   order by score desc, study_id
   limit $15::int
),
best as (
  select distinct on (r.score, r.study_id) r.study_id, r.score, scored.sentence_id
    from ranked r
    join scored on scored.study_id = r.study_id and scored.score = r.score
   order by r.score desc, r.study_id, scored.ordinal, scored.sentence_id
)
select b.study_id, b.sentence_id, rs.section, rs.ordinal, rs.text, b.score,
       (select count(*) from found)::int as studies
  from best b
  join report_sentence rs on rs.id = b.sentence_id
 order by b.score desc, b.study_id
