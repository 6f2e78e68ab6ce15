-- The tables of prisma/schema.prisma and what Prisma cannot say: the vector extension, the generated text-search
-- column, index kinds, checks and triggers. Applied once, by packages/data; never edited afterwards (its checksum
-- is compared at every start): write the next migration instead.
create extension if not exists vector;

create type viewer_role as enum ('READER', 'CURATOR', 'ADMIN');
create type sex as enum ('FEMALE', 'MALE', 'OTHER', 'UNKNOWN');
create type modality as enum ('CT', 'MR', 'PT', 'CR', 'DX', 'OTHER');
create type body_part as enum ('HEAD', 'NECK', 'CHEST', 'ABDOMEN', 'PELVIS', 'CHEST_ABDOMEN', 'ABDOMEN_PELVIS',
  'WHOLE_BODY', 'LIMB', 'UNKNOWN');
create type xray_view as enum ('AP', 'PA', 'LATERAL', 'UNKNOWN');
create type job_state as enum ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');
create type space_phase as enum ('BUILDING', 'READY', 'ACTIVE', 'RETIRED');
create type subject_kind as enum ('STUDY', 'SERIES', 'XRAY', 'REPORT', 'SENTENCE', 'REGION');

create table project (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz(3) not null default now()
);

create table patient (
  id uuid primary key,
  project_id uuid not null references project (id),
  patient_key text not null,
  sex sex not null default 'UNKNOWN',
  created_at timestamptz(3) not null default now(),
  unique (project_id, patient_key)
);

create table study (
  id uuid primary key,
  project_id uuid not null references project (id),
  patient_id uuid not null references patient (id),
  study_key text not null,
  label text not null,
  age_band integer check (age_band between 0 and 90 and age_band % 10 = 0),
  shifted_day date,
  body_part body_part not null default 'UNKNOWN',
  modalities modality[] not null default '{}',
  is_demo boolean not null default false,
  created_at timestamptz(3) not null default now(),
  unique (project_id, study_key)
);
create index study_project_created_idx on study (project_id, created_at, id);
create index study_patient_idx on study (patient_id);
create index study_modalities_idx on study using gin (modalities);

create table series (
  id uuid primary key,
  study_id uuid not null references study (id) on delete cascade,
  content_digest text not null,
  modality modality not null,
  body_part body_part not null,
  size integer[] not null check (cardinality(size) = 3),
  spacing_mm double precision[] not null check (cardinality(spacing_mm) = 3),
  affine double precision[] not null check (cardinality(affine) = 12),
  volume_blob text not null,
  thumbnails jsonb not null,
  notes jsonb not null,
  created_at timestamptz(3) not null default now(),
  unique (study_id, content_digest)
);
create index series_content_digest_idx on series (content_digest);

create table xray (
  id uuid primary key,
  study_id uuid not null references study (id) on delete cascade,
  content_digest text not null,
  modality modality not null,
  view xray_view not null,
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  spacing_mm double precision[] not null check (cardinality(spacing_mm) in (0, 2)),
  image_blob text not null,
  thumbnail_blob text not null,
  notes jsonb not null,
  created_at timestamptz(3) not null default now(),
  unique (study_id, content_digest)
);
create index xray_content_digest_idx on xray (content_digest);

create table report (
  id uuid primary key,
  study_id uuid not null references study (id) on delete cascade,
  content_digest text not null,
  text text not null,
  created_at timestamptz(3) not null default now(),
  unique (study_id, content_digest)
);

create table report_sentence (
  id uuid primary key,
  report_id uuid not null references report (id) on delete cascade,
  section text not null check (section in ('FINDINGS', 'IMPRESSION', 'OTHER')),
  ordinal integer not null,
  text text not null,
  findings_present text[] not null default '{}',
  findings_absent text[] not null default '{}',
  findings_unsure text[] not null default '{}',
  search tsvector generated always as (to_tsvector('english', text)) stored,
  unique (report_id, ordinal)
);
create index report_sentence_search_idx on report_sentence using gin (search);
create index report_sentence_present_idx on report_sentence using gin (findings_present);
create index report_sentence_absent_idx on report_sentence using gin (findings_absent);

create table blob (
  digest text primary key check (digest ~ '^sha256:[0-9a-f]{64}$'),
  bytes bigint not null check (bytes >= 0),
  media_type text not null,
  created_at timestamptz(3) not null default now()
);

create table study_blob (
  study_id uuid not null references study (id) on delete cascade,
  digest text not null references blob (digest),
  primary key (study_id, digest)
);
create index study_blob_digest_idx on study_blob (digest);

create table embedding_space (
  id serial primary key,
  name text not null,
  version integer not null check (version > 0),
  channel text not null,
  digest text not null unique,
  width integer not null check (width between 1 and 2000),
  metric text not null default 'cosine' check (metric = 'cosine'),
  preprocessing jsonb not null,
  phase space_phase not null default 'BUILDING',
  recall_at_10 double precision check (recall_at_10 between 0 and 1),
  expected integer not null default 0,
  replaced_by_id integer references embedding_space (id),
  created_at timestamptz(3) not null default now(),
  unique (name, version),
  check (phase not in ('READY', 'ACTIVE') or recall_at_10 is not null)
);
create unique index embedding_space_one_active_idx on embedding_space (channel) where phase = 'ACTIVE';

create table active_space (
  channel text primary key,
  space_id integer not null unique references embedding_space (id),
  previous_space_id integer references embedding_space (id),
  since timestamptz(3) not null default now()
);

create table embedding (
  id bigserial primary key,
  space_id integer not null references embedding_space (id) on delete cascade,
  project_id uuid not null references project (id),
  study_id uuid not null references study (id) on delete cascade,
  subject_kind subject_kind not null,
  subject_id uuid not null,
  part text not null default '',
  vector vector not null,
  unique (space_id, subject_kind, subject_id, part)
);
create index embedding_study_idx on embedding (study_id);
create index embedding_space_project_idx on embedding (space_id, project_id);

-- One check per statement, not per row: a wrong width would otherwise surface as a failing query much later.
create function embedding_width_check() returns trigger language plpgsql as $$
declare
  wrong record;
begin
  select s.name, s.version, s.width, vector_dims(r.vector) as got into wrong
    from new_rows r join embedding_space s on s.id = r.space_id
    where vector_dims(r.vector) <> s.width limit 1;
  if found then
    raise exception 'embedding of width % in space %@% of width %', wrong.got, wrong.name, wrong.version, wrong.width
      using errcode = 'TG001';
  end if;
  return null;
end $$;
create trigger embedding_width_on_insert after insert on embedding
  referencing new table as new_rows for each statement execute function embedding_width_check();
create trigger embedding_width_on_update after update on embedding
  referencing new table as new_rows for each statement execute function embedding_width_check();

create table job (
  id uuid primary key,
  project_id uuid not null references project (id),
  kind text not null,
  key text not null,
  state job_state not null default 'QUEUED',
  progress double precision not null default 0 check (progress between 0 and 1),
  step text not null default '',
  input jsonb not null,
  result jsonb,
  error jsonb,
  attempt integer not null default 0,
  failures integer not null default 0,
  last_seq integer not null default 0,
  cancel_asked boolean not null default false,
  created_by_key_id uuid,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  heartbeat_at timestamptz(3),
  finished_at timestamptz(3),
  unique (project_id, key)
);
create index job_project_created_idx on job (project_id, created_at, id);
create index job_state_heartbeat_idx on job (state, heartbeat_at);

create table job_event (
  job_id uuid not null references job (id) on delete cascade,
  seq integer not null,
  at timestamptz(3) not null default now(),
  data jsonb not null,
  primary key (job_id, seq)
);

create table upload (
  id uuid primary key,
  project_id uuid not null references project (id),
  created_by_key_id uuid,
  kind text not null default 'IMAGE_OR_ARCHIVE' check (kind in ('IMAGE_OR_ARCHIVE', 'REPORT_TEXT', 'QUERY_XRAY')),
  max_bytes bigint not null check (max_bytes > 0),
  token_hash text not null,
  received_bytes bigint,
  job_id uuid,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index upload_expires_idx on upload (expires_at);

create table api_key (
  id uuid primary key,
  name text not null,
  prefix text not null unique,
  hash text not null,
  role viewer_role not null,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);

create table api_key_project (
  api_key_id uuid not null references api_key (id) on delete cascade,
  project_id uuid not null references project (id) on delete cascade,
  primary key (api_key_id, project_id)
);

create table audit_event (
  id bigserial primary key,
  at timestamptz(3) not null default now(),
  viewer text not null,
  action text not null,
  object_kind text not null,
  object_id text,
  outcome text not null check (outcome in ('ALLOWED', 'DENIED', 'FAILED')),
  request_id text
);
create index audit_event_at_idx on audit_event (at);

create function audit_event_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only: % refused', tg_op using errcode = 'TG002';
end $$;
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function audit_event_append_only();
create trigger audit_event_no_truncate before truncate on audit_event
  for each statement execute function audit_event_append_only();
