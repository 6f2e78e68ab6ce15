-- Fragment. Which studies are asked for; s = study, p = patient, left-joined. Null = not asked.
-- A condition that is not asked folds away at planning, and with the last of them the joins do.
($2::text[] is null or s.modalities && $2::modality[])
  and ($3::text[] is null or s.body_part = any($3::body_part[]))
  and ($4::text[] is null or p.sex = any($4::sex[]))
  and ($5::int[] is null or s.age_band = any($5::int[]))
  and ($6::date is null or s.shifted_day >= $6::date)
  and ($7::date is null or s.shifted_day <= $7::date)
  and ($8::text[] is null or s.id in (
        select fr.study_id
          from report_sentence fs
          join report fr on fr.id = fs.report_id
         where fs.findings_present && $8::text[]))
  and ($9::boolean is null or s.is_demo = $9::boolean)
  and ($10::uuid is null or s.id <> $10::uuid)
