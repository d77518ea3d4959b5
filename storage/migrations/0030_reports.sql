-- Reports of the desk: what they read by, and those that are sent by themselves.

create index ticket_opened on ticket (opened_at);
create index ticket_solved on ticket (solved_at) where solved_at is not null;

create table report_schedule (
    id          uuid primary key,
    name        text not null unique check (name <> ''),
    report      jsonb not null,               -- what is asked, with a period that moves along
    rhythm      text not null check (rhythm in ('daily', 'weekly', 'monthly')),
    at_minute   int not null check (at_minute between 0 and 1439),   -- of the day, in the organisation's zone
    calendar    text not null,                -- by which weeks and months are counted
    format      text not null check (format in ('csv', 'xlsx')),
    locale      text not null,
    staff_ids   uuid[] not null,              -- who gets it, while they may read reports
    owner_id    uuid not null references staff,  -- whose rights decide what it shows
    next_at     timestamptz not null,
    is_active   boolean not null default true,
    version     int not null default 1
);
create index report_schedule_next on report_schedule (next_at) where is_active;
