-- The registry's log, its version rows, and webhooks with their deliveries. What happened is never changed or deleted:
-- today's aliases are a fold over registry_event. Manifests, adapters and certificates are blobs, named by digest.
create table registry_event (
  seq bigint primary key check (seq > 0), -- gapless, given by the writer under a lock
  at timestamptz(3) not null,
  who text not null,
  why text not null,
  kind text not null check (kind in ('model_version.created', 'model_version_alias.created',
    'model_version_alias.deleted', 'alias_policy.set', 'certificate.issued')),
  model text not null,
  data jsonb not null
);
create index registry_event_model_idx on registry_event (model, seq);

create table registry_version (
  model text not null,
  version integer not null check (version > 0),
  kind text not null check (kind in ('base', 'adapter')),
  manifest text not null unique,
  base text,
  created_at timestamptz(3) not null,
  created_by text not null,
  primary key (model, version),
  check ((kind = 'base') = (base is null))
);

create table webhook (
  id uuid primary key,
  url text not null,
  events text[] not null,
  model text,
  created_at timestamptz(3) not null,
  created_by text not null,
  disabled_at timestamptz(3),
  queued_through bigint not null
);

create table webhook_delivery (
  id uuid primary key default gen_random_uuid(),
  webhook_id uuid not null references webhook (id),
  event_seq bigint not null references registry_event (seq),
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts integer not null default 0,
  next_attempt_at timestamptz(3),
  created_at timestamptz(3) not null,
  unique (webhook_id, event_seq)
);
create index webhook_delivery_due_idx on webhook_delivery (next_attempt_at) where state = 'PENDING';

create table webhook_attempt (
  delivery_id uuid not null references webhook_delivery (id),
  attempt integer not null,
  at timestamptz(3) not null,
  duration_ms double precision not null,
  status integer,
  error text,
  primary key (delivery_id, attempt, at) -- a lease that ran out may leave the same number twice
);

create function registry_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'TG002';
end $$;
create trigger registry_event_append_only before update or delete on registry_event
  for each row execute function registry_append_only();
create trigger registry_event_no_truncate before truncate on registry_event
  for each statement execute function registry_append_only();
create trigger registry_version_append_only before update or delete on registry_version
  for each row execute function registry_append_only();
create trigger registry_version_no_truncate before truncate on registry_version
  for each statement execute function registry_append_only();
create trigger webhook_attempt_append_only before update or delete on webhook_attempt
  for each row execute function registry_append_only();
create trigger webhook_attempt_no_truncate before truncate on webhook_attempt
  for each statement execute function registry_append_only();
