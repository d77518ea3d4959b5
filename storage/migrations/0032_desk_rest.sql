-- What a ticket has besides: a moment by which its work is due, the router's key; and files of its own.
-- And what customers learn of it by a text.

alter table work add column due_at timestamptz;   -- none: what the queue promises from its first moment on
create index work_due on work (queue_id, due_at) where state = 'queued' and due_at is not null;

alter table attachment add column ticket_id uuid references ticket;

create table ticket_file (
    attachment_id uuid primary key references attachment,
    ticket_id     uuid not null references ticket,
    at            timestamptz not null,
    by_label      text not null,
    by_name       text not null
);
create index ticket_file_of on ticket_file (ticket_id, attachment_id);

create table self_service (
    account_id uuid primary key references channel_account on delete cascade,
    is_on      boolean not null,
    words      jsonb not null,                -- language -> words that ask for the state of a request
    version    int not null default 1
);

-- Texts that were answered by the machine, each once.
create table self_served (
    message_id uuid primary key references message,
    account_id uuid not null references channel_account on delete cascade,
    found      int not null check (found >= 0),
    at         timestamptz not null
);
create index self_served_at on self_served (account_id, at);
