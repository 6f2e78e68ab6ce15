-- What the nodule model said of places in a series, refusals too: one row per series, model and place. Masks and DICOM
-- files are blobs of the study.
create table nodule_assessment (
  id uuid primary key,
  study_id uuid not null references study (id) on delete cascade,
  series_id uuid not null references series (id) on delete cascade,
  key text not null, -- digest of model and place: asking again gives the same row
  model text not null, -- manifest
  target jsonb not null,
  answer jsonb not null,
  mask_blob text, -- none for a refusal
  seg_blob text,
  sr_blob text,
  created_at timestamptz(3) not null default now(),
  unique (series_id, key)
);
create index nodule_assessment_study_id_idx on nodule_assessment (study_id);
