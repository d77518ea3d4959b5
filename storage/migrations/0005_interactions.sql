-- The neck: accounts of channels, raw input, interactions and their messages.

create table channel_account (
    id           uuid primary key,
    kind         text not null,
    name         text not null unique check (name <> ''),
    is_enabled   boolean not null default true,
    settings     jsonb not null default '{}',
    secrets      bytea,                       -- sealed with the key, bound to this row
    queue_id     uuid not null references queue,
    branch_id    uuid references branch,
    place        jsonb,                       -- the adapter's own: a mailbox cursor, an update id
    version      int not null default 1,
    last_seen_at timestamptz,
    last_error   text,
    last_error_at timestamptz
);

create table raw_input (
    id          bigint generated always as identity primary key,
    account_id  uuid not null references channel_account,
    external_id text not null,
    kind        text not null,
    headers     jsonb not null default '{}',
    body        bytea not null,
    received_at timestamptz not null default clock_timestamp(),
    outcome     text check (outcome in ('taken', 'ignored', 'refused', 'unreadable')),
    detail      text,
    done_at     timestamptz,
    unique (account_id, external_id)
);

create table interaction (
    id              uuid primary key,
    number          bigint generated always as identity unique,
    channel         text not null,
    account_id      uuid not null references channel_account,
    direction       text not null check (direction in ('inbound', 'outbound')),
    customer_id     uuid not null references customer,
    address         text not null,            -- the other side's address on this channel
    address_name    text not null default '',
    subject         text,
    state           text not null check (state in ('queued', 'assigned', 'wrap_up', 'closed')),
    queue_id        uuid not null references queue,
    agent_id        uuid references staff,
    branch_id       uuid references branch,
    last_seq        int not null default 0,
    unread          int not null default 0 check (unread >= 0),   -- inbound messages that no agent has seen
    seen_seq        int not null default 0,   -- by the customer
    preview         text not null default '',
    call            jsonb,
    disposition     text,
    opened_at       timestamptz not null,
    assigned_at     timestamptz,
    closed_at       timestamptz,
    version         int not null default 1
);
create index interaction_customer on interaction (customer_id, opened_at desc);
create index interaction_agent on interaction (agent_id) where agent_id is not null and state <> 'closed';
create index interaction_open on interaction (state, opened_at) where state <> 'closed';
create index interaction_address on interaction (account_id, address, id);
create index interaction_opened on interaction (opened_at desc, id desc);

create table thread_key (
    account_id     uuid not null references channel_account,
    key            text not null,
    interaction_id uuid not null references interaction,
    created_at     timestamptz not null default clock_timestamp(),
    primary key (account_id, key, interaction_id)
);

create table message (
    id             uuid primary key,
    interaction_id uuid not null references interaction,
    seq            int not null check (seq > 0),
    direction      text not null check (direction in ('inbound', 'outbound', 'note', 'system')),
    author_kind    text not null check (author_kind in ('customer', 'agent', 'system')),
    author_id      uuid,
    author_name    text not null default '',
    text           text not null,
    html           text,
    event          text,
    attachments    jsonb not null default '[]',
    delivery       text not null default 'none'
                   check (delivery in ('none', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'uncertain')),
    error          text,
    client_id      text check (length(client_id) between 1 and 64),
    account_id     uuid not null references channel_account,
    external_id    text,
    raw_id         bigint references raw_input,
    details        jsonb not null default '{}',  -- threading reason, sender verdict, headers that a reply needs
    at             timestamptz not null,
    unique (interaction_id, seq)
);
create unique index message_once_per_client on message (interaction_id, author_kind, author_id, client_id) where client_id is not null;
create unique index message_once_per_stranger on message (account_id, external_id) where external_id is not null;

create table attachment (
    id             uuid primary key,
    sha256         bytea not null references file,
    name           text not null,
    content_type   text not null,
    size           bigint not null,
    owner          text not null,             -- actor label of who uploaded it
    interaction_id uuid references interaction,
    created_at     timestamptz not null default now()
);

create table webhook (
    id         uuid primary key,
    url        text not null,
    secret     bytea not null,
    kinds      text[] not null,
    is_enabled boolean not null default true,
    version    int not null default 1,
    created_at timestamptz not null default now()
);
