-- Leads: tickets of a kind of their own, which a mail, a form, a call or a fair leaves behind.
create sequence ticket_lead;
alter table ticket drop constraint ticket_kind_check;
alter table ticket add constraint ticket_kind_check
    check (kind in ('support_request', 'complaint', 'suggestion', 'development_request', 'inquiry', 'service_case', 'lead'));
