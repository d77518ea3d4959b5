-- Complaints: the regulated path of tickets of that kind. They come with the same release as tickets.

alter table ticket add column hidden_from uuid[] not null default '{}';   -- who never knows of it, whatever they may
drop index ticket_open;
create index ticket_open on ticket (changed_at desc, id desc) include (kind, status_id, sla, queue_id, branch_id, is_confidential, hidden_from)
    where category not in ('solved', 'closed');

-- Whence a complaint came; the graver, the more urgent.
create table complaint_source (
    id        uuid primary key,
    names     jsonb not null,                 -- language -> name
    gravity   smallint not null check (gravity between 0 and 3),   -- the least priority of what comes from there
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1
);
insert into complaint_source (id, names, gravity, position) values
    ('00000000-0000-7000-8000-000000000101', '{"en": "Customer", "ar": "العميل", "fa": "مشتری"}', 0, 10),
    ('00000000-0000-7000-8000-000000000102', '{"en": "Public relations", "ar": "العلاقات العامة", "fa": "روابط عمومی"}', 1, 20),
    ('00000000-0000-7000-8000-000000000103', '{"en": "Media", "ar": "وسائل الإعلام", "fa": "رسانه‌ها"}', 2, 30),
    ('00000000-0000-7000-8000-000000000104', '{"en": "Consumer protection", "ar": "جهة حماية المستهلك", "fa": "سازمان حمایت از مصرف‌کننده"}', 2, 40),
    ('00000000-0000-7000-8000-000000000105', '{"en": "Legal authority", "ar": "جهة قانونية", "fa": "مراجع قانونی"}', 3, 50),
    ('00000000-0000-7000-8000-000000000106', '{"en": "Parliament", "ar": "البرلمان", "fa": "مجلس"}', 3, 60);

create table complaint_cause (
    id        uuid primary key,
    names     jsonb not null,
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1
);
insert into complaint_cause (id, names, position) values
    ('00000000-0000-7000-8000-000000000121', '{"en": "Delay", "ar": "تأخير", "fa": "تأخیر"}', 10),
    ('00000000-0000-7000-8000-000000000122', '{"en": "Conduct of staff", "ar": "سلوك الموظفين", "fa": "رفتار کارکنان"}', 20),
    ('00000000-0000-7000-8000-000000000123', '{"en": "Faulty product", "ar": "عيب في المنتج", "fa": "نقص کالا"}', 30),
    ('00000000-0000-7000-8000-000000000124', '{"en": "Poor service", "ar": "رداءة الخدمة", "fa": "کیفیت پایین خدمت"}', 40),
    ('00000000-0000-7000-8000-000000000125', '{"en": "Wrong information", "ar": "معلومات خاطئة", "fa": "اطلاعات نادرست"}', 50),
    ('00000000-0000-7000-8000-000000000126', '{"en": "Billing", "ar": "الفوترة", "fa": "صورت‌حساب"}', 60);

-- Working days from the registration until each step; the one that names more counts before.
create table complaint_policy (
    id        uuid primary key,
    type_id   uuid references ticket_type,    -- null: every
    source_id uuid references complaint_source,
    days      jsonb not null,
    version   int not null default 1,
    constraint complaint_policy_once unique nulls not distinct (type_id, source_id)
);
insert into complaint_policy (id, days) values
    ('00000000-0000-7000-8000-000000000111',
     '{"acknowledged": 2, "investigation": 5, "decision": 15, "answered": 20, "closed": 25, "review": 15}');

create table complaint_rule (
    is_only         boolean primary key default true check (is_only),
    is_confidential boolean not null default true,
    version         int not null default 1
);
insert into complaint_rule default values;

create table complaint (
    ticket_id          uuid primary key references ticket on delete cascade,
    code               text not null unique check (code ~ '^[A-Z0-9]{10}$'),
    source_id          uuid not null references complaint_source,
    stage              text not null default 'registered'
                       check (stage in ('registered', 'acknowledged', 'investigation', 'referred', 'decided', 'answered', 'review')),
    registered_at      timestamptz not null,
    acknowledged_at    timestamptz,
    investigated_at    timestamptz,
    receipt            text not null default 'owed' check (receipt in ('owed', 'sent', 'told')),
    receipt_message_id uuid references message,
    receipt_note       text not null default '',  -- how it was told, and by whom
    level              int not null default 0,    -- to which it was escalated
    cause_id           uuid references complaint_cause,
    remedy             text not null default '',
    lesson             text not null default '',
    version            int not null default 1
);
create index complaint_registered on complaint (registered_at desc, ticket_id desc);
create index complaint_stage on complaint (stage, registered_at desc);
create index complaint_by_cause on complaint (cause_id, registered_at) where cause_id is not null;

-- Who or what is complained of.
create table complaint_subject (
    id        uuid primary key,
    ticket_id uuid not null references complaint on delete cascade,
    kind      text not null check (kind in ('product', 'service', 'employee')),
    name      text not null check (name <> ''),
    folded    text not null,
    staff_id  uuid references staff,
    position  int not null,
    constraint complaint_subject_staff check (staff_id is null or kind = 'employee')
);
create index complaint_subject_of on complaint_subject (ticket_id, position);

create table complaint_deadline (
    ticket_id uuid not null references complaint on delete cascade,
    step      text not null check (step in ('acknowledged', 'investigation', 'decision', 'answered', 'closed', 'review')),
    due_at    timestamptz not null,
    done_at   timestamptz,
    told_at   timestamptz,                    -- when people were told that it is late
    primary key (ticket_id, step)
);
create index complaint_deadline_due on complaint_deadline (due_at) where done_at is null;

create table complaint_referral (
    id          uuid primary key,
    ticket_id   uuid not null references complaint on delete cascade,
    branch_id   uuid references branch,
    queue_id    uuid references queue,
    question    text not null check (question <> ''),
    asked_by    uuid references staff,
    asked_at    timestamptz not null,
    due_at      timestamptz not null,
    state       text not null default 'open' check (state in ('open', 'answered', 'returned', 'withdrawn')),
    answer      text not null default '',
    ended_by    uuid references staff,
    ended_at    timestamptz,
    told_at     timestamptz,
    constraint complaint_referral_unit check ((branch_id is null) <> (queue_id is null)),
    constraint complaint_referral_end check ((state = 'open') = (ended_at is null))
);
create index complaint_referral_of on complaint_referral (ticket_id, asked_at);
create index complaint_referral_open on complaint_referral (due_at) where state = 'open';

create table complaint_escalation (
    ticket_id  uuid not null references complaint on delete cascade,
    level      int not null check (level > 0),
    reason     text not null check (reason <> ''),
    from_owner uuid references staff,
    to_owner   uuid not null references staff,
    by_id      uuid references staff,
    at         timestamptz not null,
    primary key (ticket_id, level)
);

-- The first decision, and one for each review: none is ever changed, and nobody decides the same complaint twice.
create table complaint_decision (
    id         uuid primary key,
    ticket_id  uuid not null references complaint on delete cascade,
    number     int not null check (number > 0),
    outcome    text not null check (outcome in ('founded', 'partly', 'unfounded', 'withdrawn')),
    reasons    text not null check (reasons <> ''),
    decided_by uuid not null references staff,
    decided_at timestamptz not null,
    unique (ticket_id, number),
    constraint complaint_decided_by_another unique (ticket_id, decided_by)
);

create table complaint_review (
    id          uuid primary key,
    ticket_id   uuid not null references complaint on delete cascade,
    number      int not null check (number > 0),
    reason      text not null check (reason <> ''),
    asked_by    uuid references staff,        -- on behalf of the complainant; null: by themselves
    asked_at    timestamptz not null,
    decision_id uuid references complaint_decision,
    unique (ticket_id, number)
);
create unique index complaint_review_open on complaint_review (ticket_id) where decision_id is null;

-- What the complainant was really told of a decision.
create table complaint_answer (
    id          uuid primary key,
    ticket_id   uuid not null references complaint on delete cascade,
    decision_id uuid not null unique references complaint_decision,
    way         text not null check (way in ('message', 'telephone', 'letter', 'in_person')),
    message_id  uuid references message,
    note        text not null default '',
    given_by    uuid references staff,
    given_at    timestamptz not null,
    recorded_at timestamptz not null,
    constraint complaint_answer_message check ((way = 'message') = (message_id is not null))
);
