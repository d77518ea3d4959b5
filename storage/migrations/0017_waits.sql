-- Waiting: places by the router's key, estimates from bounded reads, callbacks that keep their place.

alter table work
    add column abandoned_at        timestamptz,   -- the customer left while it waited; null again once the place was given back
    add column callback_offered_at timestamptz;   -- an overflow offered to call back, whatever the estimate says
create index work_line on work (queue_id, priority, first_enqueued_at) where state in ('queued', 'offered');
create index work_emergency on work (queue_id) where is_emergency and state in ('queued', 'offered');
create index work_ended on work (queue_id, channel, changed_at desc) where state = 'done';

-- What a queue does for those who wait in it; a queue without a row has the defaults.
create table callback_rule (
    queue_id     uuid primary key references queue,
    is_offered   boolean not null default true,
    account_id   uuid references channel_account,   -- from which telephone; null is the first one of the branch
    keep_minutes int not null default 10 check (keep_minutes between 0 and 120),   -- who left and comes back has the old place
    version      int not null default 1
);

-- The id is also that of the work that keeps the place, and of the call.
create table callback (
    id                uuid primary key,
    source_id         uuid references interaction,        -- what the customer waited in, or was in
    account_id        uuid not null references channel_account,
    queue_id          uuid not null references queue,
    branch_id         uuid references branch,
    customer_id       uuid not null references customer,
    number            text not null,
    locale            text not null,
    state             text not null
                      check (state in ('scheduled', 'waiting', 'dialling', 'connected', 'done', 'failed', 'cancelled')),
    first_enqueued_at timestamptz not null,
    priority          int not null default 0 check (priority between 0 and 3),
    is_emergency      boolean not null default false,
    attributes        jsonb not null default '{}',
    agent_id          uuid references staff,              -- asked first, then whoever has it
    attempts          int not null default 0 check (attempts between 0 and 3),
    next_try_at       timestamptz,
    reason            text,                               -- why it ended, or did not come through
    requested_by      text not null,
    client_id         text not null,
    note              text not null default '',
    created_at        timestamptz not null,
    closed_at         timestamptz,
    version           int not null default 1,
    unique (requested_by, client_id),
    check ((state in ('done', 'failed', 'cancelled')) = (closed_at is not null)),
    check ((state = 'scheduled') = (next_try_at is not null))
);
-- Nobody is called back twice at a time, whoever asked for it.
create unique index callback_once_a_number on callback (number) where state in ('waiting', 'dialling', 'connected');
create index callback_open on callback (created_at desc, id desc) where closed_at is null;
create index callback_created on callback (created_at desc, id desc);
create index callback_number on callback (number) where closed_at is null;
