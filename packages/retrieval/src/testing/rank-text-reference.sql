-- Studies by what their report sentences say, each with its best sentence.
-- A finding counts by what the sentence claims of it (affirmed or doubted for what is wanted, denied for what is
-- excluded), never by its words; free words count outside the reach of a negation only.
-- A study is dropped when its reports affirm or doubt something excluded, or deny something wanted without affirming
-- it anywhere. score = how many of the findings asked for it answers + its best sentence in [0, 1).
-- $1 projects of the viewer, $2–$10 study filter, $11 wanted findings, $12 excluded findings, $13 free words
-- (websearch syntax), $14 what they do: RANK sentences that are there anyway, be AFFIRMED, or be DENIED (and affirmed
-- nowhere in the study), $15 how many studies, $16 the words typed, any of which brings a sentence forward
-- (websearch syntax).
-- `affirmed`, and whose a sentence is, are kept by the database (prisma/migrations/0003_affirmed_words).
with said as ( -- sentences that say anything of what is asked; `offset 0`: worked out once each
  select rs.study_id, rs.id, rs.ordinal, rs.findings_present, rs.findings_absent, rs.findings_unsure, rs.search,
         rs.findings_present && $11::text[] as affirms,
         rs.findings_unsure && $11::text[] as doubts,
         rs.findings_absent && $12::text[] as denies,
         $14::text <> 'RANK' and rs.search @@ websearch_to_tsquery('english', $13::text) as has_words,
         $14::text <> 'RANK' and rs.affirmed @@ websearch_to_tsquery('english', $13::text) as affirms_words
    from report_sentence rs
    left join study s on s.id = rs.study_id
    left join patient p on p.id = s.patient_id
   where ($14::text <> 'RANK' and rs.search @@ websearch_to_tsquery('english', $13::text)
          or cardinality($11::text[] || $12::text[]) > 0
             and (rs.findings_present && ($11::text[] || $12::text[])
                  or rs.findings_unsure && ($11::text[] || $12::text[])
                  or rs.findings_absent && ($11::text[] || $12::text[])))
     and rs.project_id = any($1::uuid[])
     and {{> study-filter}}
  offset 0
),
touched as materialized (
  select study_id, id, ordinal, findings_present, findings_absent, findings_unsure,
         has_words and affirms_words as affirms_words,
         case when ($14::text = 'RANK' or has_words and affirms_words = ($14::text = 'AFFIRMED'))
               and (cardinality($11::text[] || $12::text[]) = 0
                    or affirms or doubts or cardinality($11::text[]) = 0 and denies)
         then (case when affirms or denies then 0.5 when doubts then 0.25 else 0 end
               + 0.5 * ts_rank_cd(search, websearch_to_tsquery('english', $16::text), 32))::float8
         end as score -- null: no reason for a hit
    from said
),
best as (
  select distinct on (study_id) study_id, id, score
    from touched
   where score is not null
   order by study_id, score desc, ordinal, id
),
claim as (
  select t.study_id, asked.code,
         bool_or(asked.code = any(t.findings_present)) as affirmed,
         bool_or(asked.code = any(t.findings_unsure)) as doubted,
         bool_or(asked.code = any(t.findings_absent)) as denied
    from touched t
    join unnest($11::text[] || $12::text[]) as asked(code)
      on asked.code = any(t.findings_present)
         or asked.code = any(t.findings_unsure)
         or asked.code = any(t.findings_absent)
   group by t.study_id, asked.code
),
answer as (
  select study_id,
         count(*) filter (where case when code = any($11::text[]) then affirmed or doubted else denied end) as answered,
         bool_or(case when code = any($11::text[]) then denied and not affirmed and not doubted
                      else affirmed or doubted end) as contradicts
    from claim
   group by study_id
),
ranked as (
  select b.study_id, b.id as sentence_id, (coalesce(a.answered, 0) + b.score)::float8 as score,
         (count(*) over ())::int as studies
    from best b
    left join answer a on a.study_id = b.study_id
   where not coalesce(a.contradicts, false)
     and ($14::text <> 'DENIED' or b.study_id not in (select study_id from touched where affirms_words))
   order by score desc, b.study_id
   limit $15::int
)
select ranked.study_id, ranked.sentence_id, rs.section, rs.ordinal, rs.text, ranked.score, ranked.studies
  from ranked
  join report_sentence rs on rs.id = ranked.sentence_id
 order by ranked.score desc, ranked.study_id
