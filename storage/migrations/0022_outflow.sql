-- Mail goes out as people expect: signatures, replies that can be taken back, word for word what went, answers by mail.

alter table canned_answer
    add column queue_id uuid references queue,     -- offered in this queue first; null: in every one
    add column channel  text;                      -- only on this channel; null: on all

create table signature (
    id        uuid primary key,
    queue_id  uuid unique references queue on delete cascade,
    staff_id  uuid unique references staff on delete cascade,
    texts     jsonb not null,                      -- language -> text, with {agent.name} and the like
    is_active boolean not null default true,
    version   int not null default 1,
    check ((queue_id is null) <> (staff_id is null))
);

alter table message add column recipients jsonb;   -- to, cc, bcc of a mail of ours; null: the customer alone
alter table draft add column letter jsonb;         -- recipients, subject, what is passed on

-- A reply that waits: for its undo to run out, or for its moment. One update decides what becomes of it.
create table held_reply (
    id             uuid primary key,
    interaction_id uuid not null references interaction,
    author_id      uuid not null references staff,
    author_name    text not null,
    client_id      text not null check (length(client_id) between 1 and 64),
    kind           text not null check (kind in ('undo', 'later')),
    said           jsonb not null,                 -- the reply as it was written, its HTML made harmless
    text           text not null,
    attachments    jsonb not null default '[]',
    state          text not null default 'waiting' check (state in ('waiting', 'sent', 'taken_back', 'stopped')),
    due_at         timestamptz not null,
    version        int not null default 1,
    created_at     timestamptz not null,
    unique (interaction_id, author_id, client_id)
);
create index held_reply_waiting on held_reply (interaction_id, due_at, id) where state = 'waiting';
create index held_reply_author on held_reply (author_id, due_at) where state = 'waiting';

create table desk_setting (
    staff_id     uuid primary key references staff on delete cascade,
    undo_seconds int not null default 10 check (undo_seconds between 0 and 60),
    is_mailed    boolean not null default false,   -- what customers write, while the agent is away
    version      int not null default 1
);

-- What left, by whom and to whom: the bytes are kept before they go, so that every attempt sends the same.
create table departure (
    message_id   uuid primary key,                 -- of a message; mails about a chat and to agents have ids of their own
    account_id   uuid not null references channel_account,
    address      text not null,
    is_automatic boolean not null,
    sha256       bytea references file,            -- null: its turn is taken, and it is not written yet
    at           timestamptz not null
);
create index departure_account on departure (account_id, at);
create index departure_automatic on departure (address, at) where is_automatic;

-- A mail to an agent about what a customer wrote; the reply to it is the agent's answer.
create table agent_mail (
    id             uuid primary key,
    interaction_id uuid not null references interaction,
    staff_id       uuid not null references staff on delete cascade,
    message_id     uuid not null references message,
    address        text not null,
    account_id     uuid not null references channel_account,
    at             timestamptz not null,
    unique (staff_id, message_id)
);
