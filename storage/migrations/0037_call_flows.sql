-- Call flows: what a machine says and asks before a caller reaches people; where each call is in one, and its path.

create table call_flow (
    id         uuid primary key,
    name       text not null check (name <> ''),
    branch_id  uuid references branch,
    draft      jsonb not null,
    published  int,                             -- the version that new calls begin with
    version    int not null default 1
);

create table call_flow_version (
    flow_id       uuid not null references call_flow,
    number        int not null check (number > 0),
    flow          jsonb not null,
    published_at  timestamptz not null,
    published_by  text not null,
    primary key (flow_id, number)
);
alter table call_flow add foreign key (id, published) references call_flow_version (flow_id, number);

create table call_flow_use (
    account_id uuid primary key references channel_account on delete cascade,
    flow_id    uuid not null references call_flow
);
create index call_flow_use_flow on call_flow_use (flow_id);

-- A call stays on the version with which it began; `turn` is what the carrier is to answer next, `played` what it was told.
create table flow_call (
    account_id  uuid not null references channel_account,
    call_id     text not null,
    flow_id     uuid not null,
    number      int not null,
    place       jsonb not null,
    turn        int not null default 1,
    played      jsonb not null default '{}',
    ended       text check (ended in ('queue', 'voicemail', 'callback', 'hang_up', 'lost')),
    began_at    timestamptz not null,
    primary key (account_id, call_id),
    foreign key (flow_id, number) references call_flow_version
);
create index flow_call_of on flow_call (flow_id, began_at desc);

create table flow_passage (
    account_id  uuid not null,
    call_id     text not null,
    position    int not null,
    step        text not null,
    exit        text not null,
    at          timestamptz not null,
    primary key (account_id, call_id, position),
    foreign key (account_id, call_id) references flow_call on delete cascade
);
