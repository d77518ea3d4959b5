-- The event log, jobs, leases and what else storage itself needs.

create extension if not exists pg_trgm;

-- Positions come from one sequence while the writer's locks are held, so that events of one row are in true order.
create sequence event_seq as bigint;

create table event_log (
    seq      bigint not null,
    at       timestamptz not null,
    kind     text not null,
    actor    text not null,
    subject  text not null,
    audience text[] not null,
    data     jsonb not null,
    primary key (seq, at)
) partition by range (at);

create table event_log_rest partition of event_log default;
create index event_log_subject on event_log (subject, seq);

-- Past and coming months each have a partition; the default one catches clocks that are far off.
create function ensure_partitions(moment timestamptz) returns void language plpgsql as $$
declare
    first timestamptz := date_trunc('month', moment at time zone 'UTC') at time zone 'UTC';
    name  text := 'event_log_' || to_char(moment at time zone 'UTC', 'YYYYMM');
begin
    if to_regclass(name) is null then
        execute format('create table %I partition of event_log for values from (%L) to (%L)', name, first,
            (date_trunc('month', moment at time zone 'UTC') + interval '1 month') at time zone 'UTC');
    end if;
end $$;

-- The transaction gets its number before any position is taken: a reader that meets a gap can then tell, from the
-- snapshot's bounds alone, when nobody can fill it any more.
create function append_events(kinds text[], ats timestamptz[], actor text, subjects text[], audiences text[], datas text[])
returns bigint language plpgsql as $$
declare
    last bigint;
begin
    perform pg_current_xact_id();
    insert into event_log (seq, at, kind, actor, subject, audience, data)
    select nextval('event_seq'), coalesce(e.at, clock_timestamp()), e.kind, append_events.actor, e.subject,
           string_to_array(e.audience, E'\x1f'), e.data::jsonb
    from unnest(kinds, ats, subjects, audiences, datas) with ordinality as e (kind, at, subject, audience, data, n)
    order by e.n;
    select last_value into last from event_seq;
    return last;
end $$;

create table job (
    id             bigint generated always as identity primary key,
    kind           text not null,
    key            text,
    payload        jsonb not null,
    run_at         timestamptz not null,
    attempts       int not null default 0,
    epoch          bigint not null default 0,
    lease_until    timestamptz,
    quarantined_at timestamptz,
    last_error     text,
    created_at     timestamptz not null default clock_timestamp()
);
create index job_due on job (kind, run_at) where quarantined_at is null;
create index job_key on job (kind, key, id) where key is not null and quarantined_at is null;

create table lease (
    name        text primary key,
    holder      uuid not null,
    epoch       bigint not null,
    renewed_at  timestamptz not null,
    ttl_seconds float8 not null
);

create table consumer (
    name text primary key,
    seq  bigint not null
);

create table file (
    sha256       bytea primary key check (length(sha256) = 32),
    size         bigint not null check (size >= 0),
    content_type text not null,
    created_at   timestamptz not null default now()
);

create table rate (
    key          text primary key,
    window_start timestamptz not null,
    tries        int not null
);

create table idempotency (
    actor        text not null,
    key          text not null,
    request_hash bytea not null,
    status       int not null,
    body         jsonb,
    created_at   timestamptz not null default now(),
    primary key (actor, key)
);
