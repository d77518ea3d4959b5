-- The whole widget: who a visitor is, what was asked before the chat, ratings, blocks, mail that continues a chat.

alter table interaction
    add column details    jsonb not null default '{}',   -- answers of the form, consent, where it was offline
    add column read_seq   int not null default 0,        -- by its agent
    add column mailed_seq int not null default 0;        -- what the customer got by mail after leaving the chat

alter table widget add column secret bytea;              -- sealed with the key; signs who a visitor is

alter table visitor
    add column phone        text,
    add column subject      text,                        -- the site's own id of a visitor whom it signed for
    add column vouched      jsonb,                       -- name, email and phone that it signed; never what was typed
    add column address_hash text;                        -- keyed: the network address itself is not kept

create table visitor_consent (
    id             uuid primary key,
    visitor_id     uuid not null references visitor,
    interaction_id uuid not null references interaction,
    source         text not null,                        -- where it was given: widget:<site>
    version        text not null,
    text           text not null,                        -- as it was shown
    given_at       timestamptz not null
);
create index visitor_consent_visitor on visitor_consent (visitor_id);

create table chat_rating (
    interaction_id uuid primary key references interaction,
    score          int not null check (score between 1 and 5),
    comment        text not null default '',
    agent_id       uuid references staff,                -- who had it when it was rated
    queue_id       uuid not null references queue,
    branch_id      uuid references branch,
    rated_at       timestamptz not null,
    changed_at     timestamptz not null
);
create index chat_rating_rated on chat_rating (rated_at);

create table visitor_block (
    id           uuid primary key,
    site         text not null references widget,
    visitor_id   uuid not null,
    address_hash text,
    reason       text not null check (reason <> ''),
    blocked_by   uuid references staff,
    blocked_at   timestamptz not null,
    until        timestamptz,                            -- null: until it is lifted
    lifted_at    timestamptz
);
create index visitor_block_visitor on visitor_block (visitor_id) where lifted_at is null;
create index visitor_block_address on visitor_block (address_hash) where lifted_at is null and address_hash is not null;

create table invitation_count (
    site       text not null references widget,
    invitation text not null,
    outcome    text not null check (outcome in ('shown', 'accepted', 'dismissed')),
    day        date not null,
    count      int not null,
    primary key (site, invitation, outcome, day)
);
