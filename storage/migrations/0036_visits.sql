-- Visits: work at a customer's place, who goes there and when; what was done, and periodic service.

create table visit_kind (
    id              uuid primary key,
    names           jsonb not null,               -- language -> name
    minutes         int not null check (minutes between 1 and 1440),
    skills          jsonb not null default '{}',  -- skill -> least level
    checklist       jsonb not null default '[]',
    needs_signature boolean not null default false,
    needs_photo     boolean not null default false,
    position        int not null default 0,
    is_active       boolean not null default true,
    version         int not null default 1
);
insert into visit_kind (id, names, minutes, needs_signature, position) values
    ('00000000-0000-7000-8000-000000000201', '{"en": "Repair", "ar": "إصلاح", "fa": "تعمیر"}', 90, true, 10),
    ('00000000-0000-7000-8000-000000000202', '{"en": "Installation", "ar": "تركيب", "fa": "نصب"}', 120, true, 20),
    ('00000000-0000-7000-8000-000000000203', '{"en": "Periodic service", "ar": "صيانة دورية", "fa": "سرویس دوره‌ای"}', 60, false, 30),
    ('00000000-0000-7000-8000-000000000204', '{"en": "Inspection", "ar": "معاينة", "fa": "بازدید"}', 45, false, 40);

-- When a service comes again: visits arise from it within its horizon.
create table service_plan (
    id             uuid primary key,
    subject        text not null check (subject <> ''),
    notes          text not null default '',
    kind_id        uuid not null references visit_kind,
    customer_id    uuid not null references customer,
    branch_id      uuid references branch,
    contract       text not null default '',      -- the number of the contract, as a word until there are contracts
    place          jsonb not null default '{}',
    territory      text not null default '',
    starts_on      date not null,
    ends_on        date,
    calendar       text not null check (calendar in ('gregory', 'persian', 'islamic-umalqura')),
    every          int not null check (every between 1 and 1000),
    unit           text not null check (unit in ('day', 'week', 'month', 'year')),
    rule           text not null default '',
    tolerance_days int not null default 3 check (tolerance_days between 0 and 180),
    horizon_days   int not null default 30 check (horizon_days between 0 and 366),
    remind_days    int not null default 2 check (remind_days between 0 and 60),
    day_from       time not null default '08:00',
    day_to         time not null default '17:00',
    is_in_warranty boolean,
    is_active      boolean not null default true,
    version        int not null default 1,
    constraint service_plan_day check (day_from < day_to),
    constraint service_plan_end check (ends_on is null or ends_on >= starts_on)
);
create index service_plan_customer on service_plan (customer_id);
create index service_plan_active on service_plan (id) where is_active;

create table visit (
    id              uuid primary key,
    serial          bigint generated always as identity unique,
    kind_id         uuid not null references visit_kind,
    subject         text not null,
    notes           text not null default '',
    ticket_id       uuid references ticket,
    customer_id     uuid references customer,
    branch_id       uuid references branch,
    place           jsonb not null default '{}',
    latitude        double precision,
    longitude       double precision,
    minutes         int not null check (minutes between 1 and 1440),
    skills          jsonb not null default '{}',
    windows         jsonb not null default '[]',
    promised_from   timestamptz,
    promised_to     timestamptz,
    priority        smallint not null default 1 check (priority between 0 and 3),
    territory       text not null default '',
    parts           jsonb not null default '[]',
    checklist       jsonb not null default '[]',
    is_in_warranty  boolean,
    technician_id   uuid references staff,
    planned_at      timestamptz,
    is_locked       boolean not null default false,
    state           text not null default 'planned' check (state in
                    ('planned', 'dispatched', 'on_the_way', 'arrived', 'working', 'done', 'not_done', 'cancelled')),
    state_at        timestamptz not null,
    reason          text not null default '',
    outcome         text not null default '',
    minutes_worked  int,
    signed_by       text not null default '',
    attempts        int not null default 0,
    had             uuid[] not null default '{}', -- to whom it was ever given: what they did without a line is theirs to tell
    service_plan_id uuid references service_plan,
    due_on          date,
    reminded_at     timestamptz,
    opened_at       timestamptz not null,
    opened_by       text not null,
    client_id       text,
    changed_at      timestamptz not null,
    version         int not null default 1,
    constraint visit_once unique (opened_by, client_id),
    constraint visit_due_once unique (service_plan_id, due_on),
    constraint visit_promise check ((promised_from is null) = (promised_to is null) and promised_from < promised_to),
    constraint visit_point check ((latitude is null) = (longitude is null)),
    constraint visit_gone check (state not in ('dispatched', 'on_the_way', 'arrived', 'working') or
                                 (technician_id is not null and planned_at is not null))
);
create index visit_of_day on visit (planned_at, id) where planned_at is not null;
create index visit_of_technician on visit (technician_id, planned_at) where technician_id is not null;
create index visit_open on visit (changed_at desc, id desc) where state not in ('done', 'not_done', 'cancelled');
create index visit_changed on visit (changed_at desc, id desc);
create index visit_of_ticket on visit (ticket_id) where ticket_id is not null;
create index visit_of_customer on visit (customer_id, opened_at desc) where customer_id is not null;
create index visit_due on visit (due_on) where due_on is not null and state not in ('done', 'cancelled');

-- What was done to it, and by whom, each once: phones that had no line repeat what they said.
create table visit_step (
    id          uuid primary key,
    visit_id    uuid not null references visit on delete cascade,
    state       text not null,
    at          timestamptz not null,             -- by the clock of whoever did it
    received_at timestamptz not null,
    by_id       uuid references staff,
    by_name     text not null,
    latitude    double precision,
    longitude   double precision,
    reason      text not null default '',
    outcome     text not null default 'taken' check (outcome in ('taken', 'refused')),
    client_id   text,
    constraint visit_step_once unique (visit_id, client_id)
);
create index visit_step_of on visit_step (visit_id, at, id);

create table visit_file (
    id           uuid primary key,
    visit_id     uuid not null references visit on delete cascade,
    kind         text not null check (kind in ('photo', 'signature')),
    sha256       bytea not null references file,
    name         text not null,
    content_type text not null,
    size         bigint not null,
    by_id        uuid references staff,
    added_at     timestamptz not null,
    client_id    text,
    constraint visit_file_once unique (visit_id, client_id)
);

-- Which plans were proposed, from what, what they cost and why; what was taken of them.
create table plan_run (
    id          uuid primary key,
    kind        text not null check (kind in ('day', 'insertion', 'absence', 'what_if')),
    branch_id   uuid references branch,
    begins_at   timestamptz not null,
    ends_at     timestamptz not null,
    inputs      jsonb not null,
    plan        jsonb,
    cost        jsonb,
    notes       jsonb not null default '[]',      -- which visit is not in it, and why
    seed        int not null,
    seconds     double precision not null,
    state       text not null default 'proposed' check (state in ('proposed', 'accepted', 'stale', 'refused')),
    made_by     uuid references staff,
    made_at     timestamptz not null,
    accepted_by uuid references staff,
    accepted_at timestamptz
);
create index plan_run_made on plan_run (made_at desc, id desc);

-- What customers are told by themselves, in their own language; empty is silent.
create table visit_text (
    moment  text primary key check (moment in ('dispatched', 'moved', 'on_the_way', 'done', 'not_done', 'cancelled', 'reminder')),
    texts   jsonb not null,
    is_on   boolean not null default true,
    version int not null default 1
);
insert into visit_text (moment, texts) values
    ('dispatched', '{"en": "Dear {customer.name}, {technician.name} will visit you on {visit.day} between {visit.from} and {visit.to} about: {visit.subject}. Follow the visit here: {visit.link}",
                     "ar": "{customer.name}، سيزوركم {technician.name} يوم {visit.day} بين {visit.from} و{visit.to} بخصوص: {visit.subject}. تابعوا الزيارة هنا: {visit.link}",
                     "fa": "{customer.name}، {technician.name} روز {visit.day} بین {visit.from} تا {visit.to} برای «{visit.subject}» نزد شما می‌آید. پیگیری بازدید: {visit.link}"}'),
    ('moved', '{"en": "Dear {customer.name}, your visit about {visit.subject} was moved to {visit.day} between {visit.from} and {visit.to}. {visit.link}",
                "ar": "{customer.name}، تغيّر موعد زيارتكم بخصوص {visit.subject} إلى {visit.day} بين {visit.from} و{visit.to}. {visit.link}",
                "fa": "{customer.name}، زمان بازدید شما برای «{visit.subject}» به {visit.day} بین {visit.from} تا {visit.to} تغییر کرد. {visit.link}"}'),
    ('on_the_way', '{"en": "{technician.name} is on the way to you. See where: {visit.link}",
                     "ar": "{technician.name} في الطريق إليكم. تابعوه هنا: {visit.link}",
                     "fa": "{technician.name} در راه است. محل او را اینجا ببینید: {visit.link}"}'),
    ('done', '{"en": "The visit {visit.number} is done: {visit.outcome|thank you}.",
               "ar": "انتهت الزيارة {visit.number}: {visit.outcome|شكرًا لكم}.",
               "fa": "بازدید {visit.number} انجام شد: {visit.outcome|سپاسگزاریم}."}'),
    ('not_done', '{"en": "The visit {visit.number} could not be done: {visit.reason}. We will call you for a new time.",
                   "ar": "تعذّر إتمام الزيارة {visit.number}: {visit.reason}. سنتصل بكم لتحديد موعد جديد.",
                   "fa": "بازدید {visit.number} انجام نشد: {visit.reason}. برای زمان تازه با شما تماس می‌گیریم."}'),
    ('cancelled', '{"en": "The visit {visit.number} about {visit.subject} was cancelled.",
                    "ar": "أُلغيت الزيارة {visit.number} بخصوص {visit.subject}.",
                    "fa": "بازدید {visit.number} برای «{visit.subject}» لغو شد."}'),
    ('reminder', '{"en": "A reminder: {technician.name|our technician} visits you on {visit.day} between {visit.from} and {visit.to} for {visit.subject}.",
                   "ar": "تذكير: يزوركم {technician.name|الفني} يوم {visit.day} بين {visit.from} و{visit.to} لأجل {visit.subject}.",
                   "fa": "یادآوری: {technician.name|تکنسین ما} روز {visit.day} بین {visit.from} تا {visit.to} برای {visit.subject} نزد شما می‌آید."}');
