-- Who takes part in a conversation, what a conversation goes on in, addresses that send mail back, what accounts count.

create table interaction_participant (
    id             uuid primary key,
    interaction_id uuid not null references interaction,
    address        text not null check (address <> ''),
    name           text not null default '',
    origin         text not null check (origin in ('cc', 'reply', 'signed', 'agent')),
    state          text not null check (state in ('pending', 'confirmed', 'refused')),
    added_at       timestamptz not null,
    decided_by     uuid references staff,
    decided_at     timestamptz,
    unique (interaction_id, address)
);

-- What began because of an earlier conversation, and why it did not go on in it.
create table interaction_link (
    from_id    uuid not null references interaction,
    to_id      uuid not null references interaction check (to_id <> from_id),
    reason     text not null check (reason in ('closed', 'refused')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (from_id, to_id)
);
create index interaction_link_to on interaction_link (to_id);

alter table queue
    add column after_close text not null default 'reopen_within' check (after_close in ('reopen', 'reopen_within', 'new')),
    add column reopen_days int not null default 14 check (reopen_days between 1 and 3650);

-- Mail to these came back: `hard` is for good, until somebody says otherwise or they write themselves.
create table bounced_address (
    address text primary key,
    hard_at timestamptz,
    soft_at timestamptz,
    softs   int not null default 0 check (softs >= 0),
    status  text not null default '',
    reason  text not null default ''
);

-- What an account was given, counted where it is kept: seen = new + repeated.
-- `stored` counts what was read up to the raw `counted_to`; what came since is counted when somebody asks.
create table account_tally (
    account_id uuid primary key references channel_account on delete cascade,
    seen       bigint not null default 0,
    repeated   bigint not null default 0 check (repeated between 0 and seen),
    stored     bigint not null default 0,
    counted_to bigint not null default 0
);
insert into account_tally (account_id, seen) select account_id, count(*) from raw_input group by account_id;

alter table channel_account
    add column last_fault    text not null default '',   -- in one word: no_host, password, folder ...
    add column failing_since timestamptz,
    add column alarmed_at    timestamptz;                -- people were told of this failure
