-- Studies by the words of their report sentences, for questions that name no finding; each with its best sentence.
-- Words count outside the reach of a negation only: `affirmed` is kept by the database (0003_affirmed_words).
-- score = text rank of its best sentence, in [0, 0.5).
-- $1 projects of the viewer, $2–$10 study filter, $11 free words (websearch syntax), $12 what sentences must do with
-- them: AFFIRMED, or DENIED (and affirmed nowhere in the study), $13 how many studies, $14 the words typed, any of
-- which brings a sentence forward (websearch syntax).
with said as materialized (
  select rs.study_id, rs.id, rs.ordinal,
         $12::text = 'DENIED' and rs.affirmed @@ websearch_to_tsquery('english', $11::text) as contradicts,
         (0.5 * ts_rank_cd(rs.search, websearch_to_tsquery('english', $14::text), 32))::float8 as score
    from report_sentence rs
    left join study s on s.id = rs.study_id
    left join patient p on p.id = s.patient_id
   where rs.search @@ websearch_to_tsquery('english', $11::text)
     and ($12::text = 'DENIED' or rs.affirmed @@ websearch_to_tsquery('english', $11::text))
     and rs.project_id = any($1::uuid[])
     and {{> study-filter}}
),
ranked as ( -- first the studies, by a hash of scores; sentences are sorted for those that are shown alone
  select study_id, max(score) as score, (count(*) over ())::int as studies
    from said
   group by study_id
  having not bool_or(contradicts)
   order by score desc, study_id
   limit $13::int
),
best as (
  select distinct on (r.score, r.study_id) r.study_id, r.score, r.studies, said.id
    from ranked r
    join said on said.study_id = r.study_id and said.score = r.score
   order by r.score desc, r.study_id, said.ordinal, said.id
)
select b.study_id, b.id as sentence_id, rs.section, rs.ordinal, rs.text, b.score, b.studies
  from best b
  join report_sentence rs on rs.id = b.id
 order by b.score desc, b.study_id
