-- What an agent writes down of a contact, by lists that administrators keep.

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
