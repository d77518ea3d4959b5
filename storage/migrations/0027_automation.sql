-- Rules that act on tickets by themselves, what one click does, and what each of them did and why.

alter table ticket add column stage_since timestamptz;
update ticket set stage_since = changed_at;
alter table ticket alter column stage_since set not null, alter column stage_since set default now();
create index ticket_stage_since on ticket (status_id, stage_since) where merged_into is null;

create table automation_rule (
    id         uuid primary key,
    name       text not null unique check (name <> ''),
    position   int not null,
    trigger    jsonb not null,                -- what happens, or how long something lasts
    conditions jsonb not null default '{}',
    actions    jsonb not null,
    is_active  boolean not null default true,
    version    int not null default 1
);

create table macro (
    id        uuid primary key,
    names     jsonb not null,                 -- language -> name
    kinds     text[],                         -- of which kinds of ticket; null: all
    actions   jsonb not null,
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1
);

create table automation_run (
    id         uuid primary key,
    rule_id    uuid references automation_rule on delete set null,
    rule_name  text not null,
    ticket_id  uuid not null references ticket on delete cascade,
    cause      text not null,                 -- the event, or what lasted
    since      timestamptz,                   -- of what lasted: it acts once for each beginning
    at         timestamptz not null,
    did        jsonb not null,                -- what was done, action by action, or what refused it
    is_refused boolean not null default false
);
create index automation_run_of on automation_run (ticket_id, at);
create index automation_run_rule on automation_run (rule_id, at desc);
create unique index automation_run_once on automation_run (rule_id, ticket_id, since) where since is not null;

insert into consumer (name, seq) select 'automation', coalesce(max(seq), 0) from event_log;
