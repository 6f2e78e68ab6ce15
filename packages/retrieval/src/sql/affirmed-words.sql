-- Fragment. The words of sentence `ws` outside the reach of every negation: see negation-reach.ts for $15–$18.
(select coalesce(string_agg(regexp_replace(piece, $18::text, ' ', 'i'), ' '), '')
   from regexp_split_to_table(ws.text, $15::text, 'i') as clause
  cross join lateral regexp_split_to_table(clause, $17::text, 'i') as piece
  where clause !~* $16::text)
