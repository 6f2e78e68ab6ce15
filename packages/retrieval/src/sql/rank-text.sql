-- Studies by what their report sentences say, each with its best sentence.
-- A finding counts by what the sentence claims of it (affirmed or doubted for what is wanted, denied for what is
-- excluded), never by its words; free words count outside the reach of a negation only.
-- A study is dropped when its reports affirm or doubt something excluded, or deny something wanted without affirming
-- it anywhere. score = how many of the findings asked for it answers + its best sentence in [0, 1).
-- $1 projects of the viewer, $2–$10 study filter, $11 wanted findings, $12 excluded findings, $13 free words
-- (websearch syntax), $14 what they do: RANK sentences that are there anyway, be AFFIRMED, or be DENIED (and affirmed
-- nowhere in the study), $15–$18 where negations reach (regular expressions), $19 how many studies, $20 the words
-- typed, any of which brings a sentence forward (websearch syntax).
with spoken as materialized ( -- sentences that hold the free words, when they must match
  select ws.id, r.study_id,
         to_tsvector('english', {{> affirmed-words}}) @@ websearch_to_tsquery('english', $13::text) as affirmed
    from report_sentence ws
    join report r on r.id = ws.report_id
    join study s on s.id = r.study_id
   where $14::text <> 'RANK'
     and ws.search @@ websearch_to_tsquery('english', $13::text)
     and s.project_id = any($1::uuid[])
),
claiming as ( -- sentences that claim what is asked of a finding
  select id from report_sentence where findings_present && $11::text[]
  union
  select id from report_sentence where findings_unsure && $11::text[]
  union
  select id from report_sentence where cardinality($11::text[]) = 0 and findings_absent && $12::text[]
),
found as (
  select id from claiming where $14::text = 'RANK'
  union all
  select id from spoken
   where affirmed = ($14::text = 'AFFIRMED')
     and (cardinality($11::text[] || $12::text[]) = 0 or id in (select id from claiming))
),
best as (
  select distinct on (r.study_id) r.study_id, rs.id, rs.ordinal, rs.section, rs.text,
         (case when rs.findings_present && $11::text[] then 0.5
               when rs.findings_absent && $12::text[] then 0.5
               when rs.findings_unsure && $11::text[] then 0.25
               else 0 end
          + 0.5 * ts_rank_cd(rs.search, websearch_to_tsquery('english', $20::text), 32))::float8 as score
    from found f
    join report_sentence rs on rs.id = f.id
    join report r on r.id = rs.report_id
    left join study s on s.id = r.study_id
    left join patient p on p.id = s.patient_id
   where s.project_id = any($1::uuid[])
     and {{> study-filter}}
   order by r.study_id, score desc, rs.ordinal, rs.id
),
claim as (
  select r.study_id, asked.code,
         bool_or(asked.code = any(cs.findings_present)) as affirmed,
         bool_or(asked.code = any(cs.findings_unsure)) as doubted,
         bool_or(asked.code = any(cs.findings_absent)) as denied
    from best b
    join report r on r.study_id = b.study_id
    join report_sentence cs on cs.report_id = r.id
    join unnest($11::text[] || $12::text[]) as asked(code)
      on asked.code = any(cs.findings_present || cs.findings_unsure || cs.findings_absent)
   group by r.study_id, asked.code
),
answer as (
  select study_id,
         count(*) filter (where case when code = any($11::text[]) then affirmed or doubted else denied end) as answered,
         bool_or(case when code = any($11::text[]) then denied and not affirmed and not doubted
                      else affirmed or doubted end) as contradicts
    from claim
   group by study_id
)
select b.study_id, b.id as sentence_id, b.section, b.ordinal, b.text,
       (coalesce(a.answered, 0) + b.score)::float8 as score,
       (count(*) over ())::int as studies
  from best b
  left join answer a on a.study_id = b.study_id
 where not coalesce(a.contradicts, false)
   and ($14::text <> 'DENIED' or b.study_id not in (select study_id from spoken where affirmed))
 order by score desc, b.study_id
 limit $19::int
