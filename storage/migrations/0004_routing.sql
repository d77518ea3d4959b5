-- Queues, agents at work, what waits, offers.

create table skill (
    id      uuid primary key,
    name    text not null unique check (name <> ''),
    version int not null default 1
);

create table queue (
    id                    uuid primary key,
    name                  text not null unique check (name <> ''),
    branch_id             uuid references branch,
    skills                jsonb not null default '{}',    -- skill id -> least level 1..10
    permission            text not null default 'work.take',
    trust                 int not null default 0 check (trust between 0 and 10),
    target_seconds        int not null default 60 check (target_seconds between 1 and 86400),
    offer_timeout_seconds int not null default 30 check (offer_timeout_seconds between 1 and 3600),
    wrap_up_seconds       int not null default 0 check (wrap_up_seconds between 0 and 3600),
    relax_after_seconds   int check (relax_after_seconds > 0),   -- then the levels fall to 1; permission and trust never
    order_by              text not null default 'reserve' check (order_by in ('reserve', 'best', 'fair')),
    is_active             boolean not null default true,
    version               int not null default 1
);

create table agent (
    staff_id       uuid primary key references staff on delete cascade,
    trust          int not null default 0 check (trust between 0 and 10),
    capacity_units int not null default 100 check (capacity_units between 1 and 1000),
    used_units     int not null default 0,
    state          text not null default 'offline' check (state in ('available', 'not_ready', 'offline')),
    reason         text,
    since          timestamptz not null default now(),
    idle_since     timestamptz not null default now(),
    heartbeat_at   timestamptz not null default 'epoch',
    misses         int not null default 0,
    version        int not null default 1,
    constraint agent_within_capacity check (used_units between 0 and capacity_units)
);

create table agent_skill (
    staff_id uuid not null references agent on delete cascade,
    skill_id uuid not null references skill on delete cascade,
    level    int not null check (level between 1 and 10),
    primary key (staff_id, skill_id)
);

create table work (
    id                uuid primary key,      -- the id of what is worked on
    kind              text not null,         -- 'interaction' now; tickets and callbacks later
    queue_id          uuid not null references queue,
    branch_id         uuid references branch,
    channel           text not null,
    state             text not null check (state in ('queued', 'offered', 'assigned', 'wrap_up', 'done')),
    priority          int not null default 0 check (priority between 0 and 3),
    first_enqueued_at timestamptz not null,
    sticky_agent_id   uuid references agent,
    summary           jsonb not null default '{}',   -- what an offer shows before it is accepted
    agent_id          uuid references agent,
    offer_id          uuid,
    units             int not null,
    wrap_up_until     timestamptz,
    assigned_at       timestamptz,
    changed_at        timestamptz not null default now(),
    version           int not null default 1,
    check ((state in ('queued', 'done')) = (agent_id is null)),
    check ((state = 'offered') = (offer_id is not null))
);
create index work_waiting on work (queue_id, first_enqueued_at) where state = 'queued';
create index work_changed on work (changed_at) where state <> 'done';
create index work_agent on work (agent_id) where agent_id is not null;

create table offer (
    id         uuid primary key,
    work_id    uuid not null references work,
    agent_id   uuid not null references agent,
    state      text not null check (state in ('offered', 'accepted', 'declined', 'timeout', 'withdrawn')),
    made_at    timestamptz not null,
    expires_at timestamptz not null,
    closed_at  timestamptz,
    epoch      bigint not null,
    decision   jsonb not null
);
create unique index offer_one_open on offer (work_id) where state = 'offered';
create index offer_due on offer (expires_at) where state = 'offered';
create index offer_agent_open on offer (agent_id) where state = 'offered';
create index offer_work on offer (work_id, made_at);

create table work_exclusion (
    work_id  uuid not null references work on delete cascade,
    agent_id uuid not null references agent on delete cascade,
    until    timestamptz not null,           -- infinity: declined
    primary key (work_id, agent_id)
);
