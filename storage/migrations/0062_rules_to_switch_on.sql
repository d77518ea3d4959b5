-- Rules that every service desk wants, to be switched on: nobody's customers are written to because a program was updated.
insert into automation_rule (id, name, position, trigger, conditions, actions, is_active)
select id::uuid, name, position, trigger::jsonb, conditions::jsonb, jsonb_build_array(jsonb_build_object('do', 'tell_customer', 'texts', texts::jsonb)), false
from (values
    ('00000000-0000-7000-8000-000000000301', 'Service case registered: tell the customer', 900,
     '{"on": "event", "happening": "opened"}',
     '{"all": [{"fact": "kind", "operation": "is", "value": "service_case"}]}',
     '{"en": "{customer.name}, your case {ticket.number} ({ticket.subject}) is registered. We will tell you how it goes on.",
       "ar": "{customer.name}، سجّلنا طلبك {ticket.number} ({ticket.subject}) وسنُبلغك بما يستجدّ.",
       "fa": "{customer.name}، درخواست شما {ticket.number} ({ticket.subject}) ثبت شد و ادامهٔ کار را به شما خبر می‌دهیم."}'),
    ('00000000-0000-7000-8000-000000000302', 'Service case closed: tell the customer', 910,
     '{"on": "event", "happening": "changed"}',
     '{"all": [{"fact": "kind", "operation": "is", "value": "service_case"},
               {"fact": "changed", "operation": "is", "value": "status_id"},
               {"fact": "category", "operation": "is", "value": "closed"}]}',
     '{"en": "{customer.name}, your case {ticket.number} ({ticket.subject}) is closed. If anything is missing, answer this message.",
       "ar": "{customer.name}، أُغلق طلبك {ticket.number} ({ticket.subject}). إن بقي شيء فأجب عن هذه الرسالة.",
       "fa": "{customer.name}، درخواست شما {ticket.number} ({ticket.subject}) بسته شد. اگر چیزی مانده است به همین پیام پاسخ دهید."}')
) as r (id, name, position, trigger, conditions, texts)
on conflict (name) do nothing;
