-- What tasks found in a series, one row per series and choice of versions; and which worker processes live, with what
-- they hold in memory. Label maps and DICOM files are blobs of the study.
create table segmentation (
  id uuid primary key,
  study_id uuid not null references study (id) on delete cascade,
  series_id uuid not null references series (id) on delete cascade,
  key text not null, -- digest of base, versions and rule: asking again gives the same row
  base text not null,
  tasks jsonb not null,
  structures jsonb not null,
  conflicts jsonb not null,
  labels_blob text not null,
  dicom_blob text, -- none when nothing was found
  geometry_digest text not null,
  runtime jsonb not null,
  created_at timestamptz(3) not null default now(),
  unique (series_id, key)
);
create index segmentation_study_id_idx on segmentation (study_id);

create table worker_session (
  id uuid primary key,
  started_at timestamptz(3) not null default now(),
  seen_at timestamptz(3) not null default now(),
  device text not null,
  residents jsonb not null
);
