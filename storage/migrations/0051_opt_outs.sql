-- One list of who opted out: of everything that we begin, or of what one account sends. A row that was taken back stays.

alter table do_not_call rename to opt_out;
alter table opt_out drop constraint do_not_call_pkey;
alter table opt_out drop constraint do_not_call_number_check;
alter index do_not_call_newest rename to opt_out_newest;
alter table opt_out
    add column account_id uuid references channel_account,                -- null: whatever we begin, by any account
    add column heard_by   uuid references channel_account,                -- to which account they said it
    add column said_by    text not null default 'staff' check (said_by in ('customer', 'carrier', 'staff')),
    add column word       text not null default '',
    add column is_lifted  boolean not null default false,                 -- they want it again
    add check (number <> '');
update opt_out set said_by = 'customer' where reason = 'stop_word';
alter table opt_out add constraint opt_out_once unique nulls not distinct (number, account_id);

-- The word that listed a number everywhere is the one that its account was told.
update opt_out o set heard_by = t.account_id, word = t.word
from (select distinct on (number) * from text_consent where is_stopped and source = 'customer' order by number, at desc) t
where t.number = o.number and o.reason = 'stop_word';

insert into opt_out (number, account_id, heard_by, reason, source, said_by, word, is_lifted, added_by, added_at)
select t.number, t.account_id, t.account_id, case when t.source = 'staff' then 'asked' else 'stop_word' end, 'text', t.source, t.word,
       not t.is_stopped, t.source, t.at
from text_consent t
where not exists (select 1 from opt_out o where o.number = t.number and o.heard_by = t.account_id);

drop table text_consent;
