-- What a ticket has besides: a moment by which its work is due, the router's key; and files of its own.

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
