-- What an agent writes down of a contact, by lists that administrators keep; the unit of a service case and its stages; what else is
-- recorded on a ticket; mailboxes that cannot send.

create table contact_choice (
    id          uuid primary key,
    list        text not null check (list in ('class', 'request', 'source')),
    names       jsonb not null,               -- language -> name
    ticket_kind text,                         -- of a class: which ticket is usually made of it
    position    int not null default 0,
    is_active   boolean not null default true,
    version     int not null default 1,
    check ((ticket_kind is not null) = (list = 'class'))
);
insert into contact_choice (id, list, names, ticket_kind, position) values
    ('00000000-0000-7000-8000-000000000201', 'class', '{"en": "Service of a product", "ar": "خدمة منتج", "fa": "خدمات محصول"}', 'service_case', 10),
    ('00000000-0000-7000-8000-000000000202', 'class', '{"en": "Technical support", "ar": "الدعم الفني", "fa": "پشتیبانی فنی"}', 'support_request', 20),
    ('00000000-0000-7000-8000-000000000203', 'class', '{"en": "Sales", "ar": "المبيعات", "fa": "فروش"}', 'inquiry', 30),
    ('00000000-0000-7000-8000-000000000204', 'class', '{"en": "Question about a service", "ar": "استفسار عن خدمة", "fa": "پرسش دربارهٔ خدمات"}', 'inquiry', 40),
    ('00000000-0000-7000-8000-000000000205', 'class', '{"en": "Complaint", "ar": "شكوى", "fa": "شکایت"}', 'complaint', 50),
    ('00000000-0000-7000-8000-000000000206', 'class', '{"en": "Other", "ar": "أخرى", "fa": "سایر"}', 'inquiry', 60);
insert into contact_choice (id, list, names, position) values
    ('00000000-0000-7000-8000-000000000211', 'request', '{"en": "Order", "ar": "طلب شراء", "fa": "سفارش"}', 10),
    ('00000000-0000-7000-8000-000000000212', 'request', '{"en": "Call-back", "ar": "معاودة الاتصال", "fa": "تماس مجدد"}', 20),
    ('00000000-0000-7000-8000-000000000213', 'request', '{"en": "Information", "ar": "معلومات", "fa": "اطلاعات"}', 30),
    ('00000000-0000-7000-8000-000000000221', 'source', '{"en": "Advertisement", "ar": "إعلان", "fa": "آگهی"}', 10),
    ('00000000-0000-7000-8000-000000000222', 'source', '{"en": "Web site", "ar": "الموقع الإلكتروني", "fa": "وب‌سایت"}', 20),
    ('00000000-0000-7000-8000-000000000223', 'source', '{"en": "Recommendation", "ar": "توصية", "fa": "معرفی دیگران"}', 30),
    ('00000000-0000-7000-8000-000000000224', 'source', '{"en": "Trade fair", "ar": "معرض تجاري", "fa": "نمایشگاه"}', 40);

create table contact_form (
    interaction_id uuid primary key references interaction,
    class_id       uuid not null references contact_choice,
    request_id     uuid references contact_choice,
    source_id      uuid references contact_choice,
    party_kind     text not null check (party_kind in ('person', 'organization')),
    fields         jsonb not null default '{}',  -- name, organisation, phone, address, campaign, seller, ...
    ticket_id      uuid references ticket,       -- what was made of it last
    by_name        text not null,
    at             timestamptz not null,
    version        int not null default 1
);
create index contact_form_class on contact_form (class_id, at);

-- Trainings, answers and fixes stay in the history of a ticket like visits.
alter table ticket_paper drop constraint ticket_paper_kind_check;
alter table ticket_paper add constraint ticket_paper_kind_check
    check (kind in ('visit', 'call', 'execution', 'training', 'answer', 'fix'));

-- The way of a unit through the workshop, in house or outside; what waits for parts or for its owner is no work.
insert into ticket_status (id, names, category, kinds, position) values
    ('00000000-0000-7000-8000-000000000011', '{"en": "Reception", "ar": "الاستلام", "fa": "پذیرش"}', 'open', '{service_case}', 110),
    ('00000000-0000-7000-8000-000000000012', '{"en": "Diagnosis", "ar": "الفحص", "fa": "عیب‌یابی"}', 'open', '{service_case}', 120),
    ('00000000-0000-7000-8000-000000000013', '{"en": "Repair", "ar": "الإصلاح", "fa": "تعمیر"}', 'open', '{service_case}', 130),
    ('00000000-0000-7000-8000-000000000014', '{"en": "Waiting for parts", "ar": "بانتظار القطع", "fa": "در انتظار قطعه"}', 'on_hold', '{service_case}', 140),
    ('00000000-0000-7000-8000-000000000015', '{"en": "Ready for delivery", "ar": "جاهزة للتسليم", "fa": "آمادهٔ تحویل"}', 'on_hold', '{service_case}', 150),
    ('00000000-0000-7000-8000-000000000016', '{"en": "Delivered", "ar": "سُلّمت", "fa": "تحویل شد"}', 'solved', '{service_case}', 160);

create table ticket_unit (
    ticket_id      uuid primary key references ticket on delete cascade,
    product        text not null check (product <> ''),
    serial         text not null default '',
    folded_serial  text not null default '',
    place          text not null check (place in ('in_house', 'outside')),
    workshop       text not null default '',    -- who repairs it outside
    condition      text not null default '',    -- as it came, with what came along
    received_on    date not null,
    warranty       text not null check (warranty in ('in', 'out', 'unknown')),   -- as somebody says
    warranty_until date,                        -- counts before what somebody says
    version        int not null default 1
);
create index ticket_unit_serial on ticket_unit (folded_serial) where folded_serial <> '';

-- Sending by an account that fails for a reason that is the account's, not the message's.
alter table channel_account
    add column sending_failing_since timestamptz,
    add column sending_error text,
    add column sending_fault text not null default '',
    add column sending_alarmed_at timestamptz;
