-- Work that has to be done by a certain moment: the router's key.

alter table work add column due_at timestamptz;   -- none: what the queue promises from its first moment on
create index work_due on work (queue_id, due_at) where state = 'queued' and due_at is not null;
