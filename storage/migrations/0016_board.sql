-- The supervisor's board: what happened in each queue and to each agent, rules of alarms and what they raised.

-- One row for each stay of a work in a queue; written by one process from the event log (board/facts.py).
create table queue_contact (
    id               bigint primary key,         -- position of the event that began it
    work_id          uuid not null,
    kind             text not null,
    queue_id         uuid not null references queue,
    channel          text not null,
    branch_id        uuid references branch,
    target_seconds   int not null,               -- the queue's when it began
    came             text not null check (came in ('enqueued', 'requeued', 'transferred', 'overflowed', 'taken')),
    enqueued_at      timestamptz not null,
    phase            text not null check (phase in ('waiting', 'handling', 'wrap_up', 'over')),
    phase_since      timestamptz not null,
    offered_at       timestamptz,
    offers           int not null default 0,
    misses           int not null default 0,
    declines         int not null default 0,
    left_at          timestamptz,
    outcome          text check (outcome in ('answered', 'abandoned', 'transferred', 'overflowed', 'removed')),
    agent_id         uuid references staff,
    handling_seconds float8 not null default 0,
    wrap_up_seconds  float8 not null default 0,
    hold_seconds     float8 not null default 0,
    held_since       timestamptz,
    ended_at         timestamptz,
    alert            text,                        -- why a person was asked to look at it while it waited, the last time
    alerted_at       timestamptz,
    seq              bigint not null,             -- of the batch of events that changed it last
    constraint queue_contact_left check ((left_at is null) = (outcome is null)),
    constraint queue_contact_over check ((phase = 'over') = (ended_at is not null)),
    constraint queue_contact_handled check (phase not in ('handling', 'wrap_up') or agent_id is not null)
);
create unique index queue_contact_open on queue_contact (work_id) where phase <> 'over';
create index queue_contact_changed on queue_contact (seq);
create index queue_contact_ended on queue_contact (ended_at, id);

create table agent_interval (
    id       bigint primary key,                 -- position of the event that began it
    agent_id uuid not null references staff on delete cascade,
    state    text not null check (state in ('available', 'not_ready', 'offline')),
    reason   text,
    began_at timestamptz not null,
    ended_at timestamptz,
    seq      bigint not null
);
create unique index agent_interval_open on agent_interval (agent_id) where ended_at is null;
create index agent_interval_changed on agent_interval (seq);
create index agent_interval_ended on agent_interval (ended_at);

create table alarm_rule (
    id          uuid primary key,
    queue_id    uuid not null references queue on delete cascade,
    metric      text not null check (metric in ('oldest_contact_age', 'contacts_in_queue', 'service_level', 'agents_available', 'abandonment_rate')),
    threshold   float8 not null check (threshold > 0),
    for_seconds int not null check (for_seconds between 0 and 3600),
    is_active   boolean not null default true,
    version     int not null default 1
);

create table alarm (
    id         uuid primary key,
    rule_id    uuid references alarm_rule on delete set null,
    queue_id   uuid not null references queue on delete cascade,
    metric     text not null,
    threshold  float8 not null,
    value      float8 not null,                  -- when it was raised
    raised_at  timestamptz not null,
    cleared_at timestamptz
);
create unique index alarm_once on alarm (rule_id) where cleared_at is null;
create index alarm_of on alarm (raised_at desc, id desc);

-- What is under way when this comes to an installation that runs: counting goes on from here.
insert into consumer (name, seq) select 'board', coalesce(max(seq), 0) from event_log;
insert into queue_contact (id, work_id, kind, queue_id, channel, branch_id, target_seconds, came, enqueued_at, phase, phase_since,
                           left_at, outcome, agent_id, seq)
select -row_number() over (order by w.first_enqueued_at desc, w.id desc), w.id, w.kind, w.queue_id, w.channel, w.branch_id, q.target_seconds, 'enqueued',
       w.first_enqueued_at, case w.state when 'assigned' then 'handling' when 'wrap_up' then 'wrap_up' else 'waiting' end,
       case when w.state in ('assigned', 'wrap_up') then w.changed_at else w.first_enqueued_at end,
       case when w.state in ('assigned', 'wrap_up') then coalesce(w.assigned_at, w.changed_at) end,
       case when w.state in ('assigned', 'wrap_up') then 'answered' end,
       case when w.state in ('assigned', 'wrap_up') then w.agent_id end, 0
from work w join queue q on q.id = w.queue_id where w.state <> 'done';
insert into agent_interval (id, agent_id, state, reason, began_at, seq)
select -row_number() over (order by a.staff_id), a.staff_id, a.state, a.reason, a.since, 0 from agent a;
