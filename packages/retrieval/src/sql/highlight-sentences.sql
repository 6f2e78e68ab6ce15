-- Sentences with the matched words between U+E000 and U+E001 (private use: no report holds them).
-- $1 sentence texts, $2 free words (websearch syntax)
select t.place::int,
       ts_headline('english', t.text, websearch_to_tsquery('english', $2::text),
                   'HighlightAll=true, StartSel=' || chr(57344) || ', StopSel=' || chr(57345)) as marked
  from unnest($1::text[]) with ordinality as t(text, place)
 order by t.place
