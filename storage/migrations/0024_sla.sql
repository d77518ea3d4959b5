-- Service levels: calendars of business time, policies, and the clocks that run by them.

create table sla_calendar (
    id         uuid primary key,
    name       text not null unique check (name <> ''),
    hours      jsonb not null,                -- sla.hours.Hours
    is_default boolean not null default false,
    version    int not null default 1
);
create unique index sla_calendar_default on sla_calendar (is_default) where is_default;

-- The hours of a branch; those below it have the same unless they have their own.
create table sla_branch (
    branch_id   uuid primary key references branch on delete cascade,
    calendar_id uuid not null references sla_calendar
);

create table sla_policy (
    id           uuid primary key,
    name         text not null unique check (name <> ''),
    position     int not null,                -- the first that fits counts
    conditions   jsonb not null default '{}',
    targets      jsonb not null default '{}', -- priority -> metric -> minutes of business time
    calendar_id  uuid references sla_calendar,  -- null: that of the subject's branch
    warn_percent int not null default 75 check (warn_percent between 1 and 99),
    pauses_on    text[] not null default '{pending}',
    is_active    boolean not null default true,
    version      int not null default 1
);

-- What is timed, as it was when its owner last said something: enough to choose its policy anew.
create table sla_subject (
    id         uuid primary key,
    kind       text not null,
    facts      jsonb not null,
    policy_id  uuid references sla_policy on delete set null,
    opened_at  timestamptz not null,
    answered_at timestamptz,              -- first
    is_open    boolean not null default true
);
create index sla_subject_open on sla_subject (id) where is_open;

create table sla_clock (
    subject_id     uuid not null references sla_subject on delete cascade,
    metric         text not null check (metric in ('first_response', 'next_response', 'resolution')),
    round          int not null check (round > 0),   -- of answers and of reopenings
    state          text not null check (state in ('running', 'paused', 'met', 'dropped')),
    target_minutes int not null check (target_minutes > 0),
    warn_percent   int not null,
    runs           jsonb not null,            -- [[from, to or null], ...]: when it ran
    due_at         timestamptz,               -- null: while it is paused, and when that much time never comes
    warn_at        timestamptz,
    warned_at      timestamptz,
    breached_at    timestamptz,
    ended_at       timestamptz,
    primary key (subject_id, metric, round),
    constraint sla_clock_ended check ((state in ('met', 'dropped')) = (ended_at is not null))
);
-- What the watch looks at next.
create index sla_clock_next on sla_clock
    (least(case when warned_at is null then warn_at end, case when breached_at is null then due_at end))
    where state = 'running';

-- Every time at which something became due at another moment, and why.
create table sla_change (
    id             uuid primary key,
    subject_id     uuid not null references sla_subject on delete cascade,
    metric         text not null,
    round          int not null,
    at             timestamptz not null,
    cause          text not null,
    policy_name    text,
    target_minutes int,
    due_before     timestamptz,
    due_after      timestamptz
);
create index sla_change_of on sla_change (subject_id, at);
