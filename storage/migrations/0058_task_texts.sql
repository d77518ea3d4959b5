-- Technicians have their tasks by text too: the number to which they go, and what is said.

alter table technician add column text_number text not null default '' check (text_number ~ '^(\+[1-9][0-9]{5,14})?$');

alter table visit_text drop constraint visit_text_moment_check;
alter table visit_text add constraint visit_text_moment_check check (moment in
    ('dispatched', 'moved', 'on_the_way', 'done', 'not_done', 'cancelled', 'reminder', 'task', 'task_off'));
insert into visit_text (moment, texts) values
    ('task', '{"en": "{visit.number}: {visit.subject}, {visit.day} {visit.from}-{visit.to}. {customer.name}. {visit.address|No address.}",
               "ar": "{visit.number}: {visit.subject}، {visit.day} {visit.from}-{visit.to}. {customer.name}. {visit.address|لا يوجد عنوان.}",
               "fa": "{visit.number}: {visit.subject}، {visit.day} {visit.from}-{visit.to}. {customer.name}. {visit.address|نشانی ندارد.}"}'),
    ('task_off', '{"en": "{visit.number} is not yours any more: {visit.subject}.",
                   "ar": "لم تعد {visit.number} من مهامك: {visit.subject}.",
                   "fa": "{visit.number} دیگر با شما نیست: {visit.subject}."}');
