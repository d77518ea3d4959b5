-- The agent's desk: canned answers, drafts, snoozing, who spoke last.

create table canned_answer (
    id        uuid primary key,
    scope     text not null check (scope in ('personal', 'branch', 'all')),
    owner_id  uuid references staff on delete cascade,
    branch_id uuid references branch,
    title     text not null check (title <> ''),
    shortcut  text not null check (shortcut <> ''),
    texts     jsonb not null,                  -- language -> text, with {customer.name} and the like
    search    text not null,                   -- title, shortcut and texts, folded
    is_active boolean not null default true,
    version   int not null default 1,
    check ((scope = 'personal') = (owner_id is not null)),
    check ((scope = 'branch') = (branch_id is not null))
);
create unique index canned_answer_shortcut on canned_answer
    (shortcut, coalesce(owner_id, branch_id, '00000000-0000-0000-0000-000000000000'));

create table draft (
    staff_id       uuid not null references staff on delete cascade,
    interaction_id uuid not null references interaction,
    kind           text not null check (kind in ('reply', 'note')),
    text           text not null,
    html           text,
    attachments    jsonb not null default '[]',
    client_id      text not null,              -- the device that wrote it last
    at             timestamptz not null,
    primary key (staff_id, interaction_id, kind)
);

alter table interaction
    add column snoozed_until timestamptz,      -- out of its agent's sight until then
    add column follow_up_at  timestamptz,      -- closed, and opened again then
    add column customer_at   timestamptz,      -- the customer's last word
    add column answered_at   timestamptz;      -- our last word to the customer

alter table work
    add column is_extended boolean not null default false,   -- the wrap-up was made longer, once
    add column full_units  int;                -- what it weighs when it is not snoozed; null when it is not
