-- The service desk: tickets of six kinds with what hangs on them.

create sequence ticket_support_request;
create sequence ticket_complaint;
create sequence ticket_suggestion;
create sequence ticket_development_request;
create sequence ticket_inquiry;
create sequence ticket_service_case;

-- What a ticket's stage is called here; the category is what the program goes by.
create table ticket_status (
    id        uuid primary key,
    names     jsonb not null,                 -- language -> name
    category  text not null check (category in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
    kinds     text[],                         -- null: of every kind
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1
);
insert into ticket_status (id, names, category, position) values
    ('00000000-0000-7000-8000-000000000001', '{"en": "New", "ar": "جديدة", "fa": "جدید"}', 'new', 10),
    ('00000000-0000-7000-8000-000000000002', '{"en": "Open", "ar": "مفتوحة", "fa": "باز"}', 'open', 20),
    ('00000000-0000-7000-8000-000000000003', '{"en": "Waiting for the customer", "ar": "بانتظار العميل", "fa": "در انتظار مشتری"}', 'pending', 30),
    ('00000000-0000-7000-8000-000000000004', '{"en": "On hold", "ar": "معلّقة", "fa": "متوقف"}', 'on_hold', 40),
    ('00000000-0000-7000-8000-000000000005', '{"en": "Solved", "ar": "محلولة", "fa": "حل‌شده"}', 'solved', 50),
    ('00000000-0000-7000-8000-000000000006', '{"en": "Closed", "ar": "مغلقة", "fa": "بسته"}', 'closed', 60);

-- What it is about, by kind: types of complaints, of support ...; those of one kind may stand in each other.
create table ticket_type (
    id        uuid primary key,
    kind      text not null,
    names     jsonb not null,
    parent_id uuid references ticket_type,
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1
);
create index ticket_type_kind on ticket_type (kind, position);

create table ticket_field (
    id            uuid primary key,
    key           text not null unique check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    names         jsonb not null,
    kinds         text[],                     -- null: of every kind
    type          text not null check (type in ('text', 'long_text', 'number', 'date', 'yes_no', 'choice', 'choices')),
    options       jsonb not null default '[]',  -- [{key, names}]
    is_required   boolean not null default false,
    is_searchable boolean not null default false,
    is_for_customer boolean not null default false,
    position      int not null default 0,
    is_active     boolean not null default true,
    version       int not null default 1
);

create table ticket (
    id             uuid primary key,
    kind           text not null check (kind in ('support_request', 'complaint', 'suggestion', 'development_request', 'inquiry', 'service_case')),
    serial         bigint not null,
    subject        text not null check (subject <> ''),
    description    text not null default '',
    status_id      uuid not null references ticket_status,
    category       text not null,             -- that of its status, for indexes
    priority       smallint not null default 1 check (priority between 0 and 3),
    type_id        uuid references ticket_type,
    requester_kind text not null check (requester_kind in ('external', 'internal')),
    customer_id    uuid references customer,
    requester_id   uuid references staff,
    branch_id      uuid references branch,
    queue_id       uuid references queue,     -- the team
    owner_id       uuid references staff,
    source         text not null,             -- the channel, 'console', 'portal', 'form', 'api'
    is_confidential boolean not null default false,
    readers        uuid[] not null default '{}',   -- who may see a confidential one besides those who may see all
    fields         jsonb not null default '{}',
    due_at         timestamptz,               -- of the next promise
    sla            text not null default 'none' check (sla in ('none', 'kept', 'near', 'breached')),
    opened_at      timestamptz not null,
    changed_at     timestamptz not null,
    answered_at    timestamptz,
    solved_at      timestamptz,
    closed_at      timestamptz,
    merged_into    uuid references ticket,
    minutes_spent  int not null default 0,
    client_id      text,
    opened_by      text not null,             -- label of the actor
    version        int not null default 1,
    unique (kind, serial),
    constraint ticket_requester check ((requester_kind = 'external') = (customer_id is not null)
                                       and (requester_kind = 'internal') = (requester_id is not null)),
    constraint ticket_not_into_itself check (merged_into <> id)
);
create unique index ticket_once_per_client on ticket (opened_by, client_id) where client_id is not null;
-- Lists: newest change first, of what is to be done and of everything.
create index ticket_changed on ticket (changed_at desc, id desc);
create index ticket_open on ticket (changed_at desc, id desc) include (kind, status_id, sla, queue_id, branch_id, is_confidential)
    where category not in ('solved', 'closed');
create index ticket_due on ticket (due_at, id) where due_at is not null;
create index ticket_owner on ticket (owner_id, changed_at desc, id desc) where owner_id is not null;
create index ticket_queue on ticket (queue_id, changed_at desc, id desc) where queue_id is not null;
-- What is to be done by somebody and by a team is little beside what they have done.
create index ticket_owner_open on ticket (owner_id, changed_at desc, id desc) where owner_id is not null and category not in ('solved', 'closed');
create index ticket_queue_open on ticket (queue_id, changed_at desc, id desc) where queue_id is not null and category not in ('solved', 'closed');
create index ticket_customer on ticket (customer_id, changed_at desc, id desc) where customer_id is not null;
create index ticket_kind_status on ticket (kind, status_id, changed_at desc, id desc);
create index ticket_sla on ticket (sla, changed_at desc, id desc) where sla in ('near', 'breached') and category not in ('solved', 'closed');
create index ticket_merged on ticket (merged_into) where merged_into is not null;

-- The folded words of each, written with it: an agent looks for what was opened a moment ago.
create table ticket_search (
    ticket_id uuid primary key references ticket on delete cascade,
    folded    text not null
);
create index ticket_search_folded on ticket_search using gin (folded gin_trgm_ops);

create table ticket_interaction (
    ticket_id      uuid not null references ticket on delete cascade,
    interaction_id uuid not null references interaction on delete cascade,
    linked_at      timestamptz not null,
    seen_seq       int not null default 0,    -- up to which message the ticket knows of it
    primary key (interaction_id, ticket_id)
);
create index ticket_interaction_of on ticket_interaction (ticket_id, linked_at);

create table ticket_follower (
    ticket_id uuid not null references ticket on delete cascade,
    staff_id  uuid not null references staff on delete cascade,
    primary key (ticket_id, staff_id)
);

create table ticket_link (
    from_id   uuid not null references ticket on delete cascade,
    to_id     uuid not null references ticket on delete cascade,
    kind      text not null check (kind in ('parent', 'related', 'duplicate', 'converted', 'split')),
    linked_at timestamptz not null,
    primary key (from_id, to_id, kind),
    check (from_id <> to_id)
);
create index ticket_link_to on ticket_link (to_id);

create table ticket_check (
    id        uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    text      text not null check (text <> ''),
    position  int not null,
    done_at   timestamptz,
    done_by   uuid references staff
);
create index ticket_check_of on ticket_check (ticket_id, position);

create table ticket_time (
    id        uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    staff_id  uuid not null references staff,
    minutes   int not null check (minutes between 1 and 1440),
    worked_on date not null,
    note      text not null default '',
    at        timestamptz not null
);
create index ticket_time_of on ticket_time (ticket_id, at);

-- A visit, a call or work that was carried out, recorded on a ticket.
create table ticket_paper (
    id         uuid primary key,
    ticket_id  uuid not null references ticket on delete cascade,
    kind       text not null check (kind in ('visit', 'call', 'execution')),
    serial     bigint generated always as identity,
    at         timestamptz not null,          -- when it took place
    minutes    int check (minutes between 0 and 100000),
    staff_id   uuid references staff,
    interaction_id uuid references interaction,
    summary    text not null,
    outcome    text not null default '',
    follows_id uuid references ticket_paper,  -- the one from whose window it was made
    created_at timestamptz not null,
    created_by text not null,
    version    int not null default 1
);
create index ticket_paper_of on ticket_paper (ticket_id, at);

-- What changed, field by field, with what stood there before: the history of a ticket, and what undoing goes by.
create table ticket_change (
    id        uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    batch_id  uuid,                           -- of what was done to several at once
    at        timestamptz not null,
    by_label  text not null,
    by_name   text not null,
    cause     text not null,
    changes   jsonb not null,                 -- field -> [before, after]
    undone_at timestamptz
);
create index ticket_change_of on ticket_change (ticket_id, at);
create index ticket_change_batch on ticket_change (batch_id) where batch_id is not null;

-- What is said from now on in conversations about tickets moves their clocks.
insert into consumer (name, seq) select 'tickets', coalesce(max(seq), 0) from event_log;
