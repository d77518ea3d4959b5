-- name: get_settings
-- How the portal is.
select settings, version from portal_setting

-- name: save_settings
-- The next version of the settings; no row when somebody was faster.
insert into portal_setting (settings, version) select :settings::jsonb, 1 where :version::int = 0
on conflict (is_only) do nothing returning version

-- name: change_settings
-- As above, of settings that there are.
update portal_setting set settings = :settings::jsonb, version = version + 1 where version = :version::int returning version

-- name: portal_accounts
-- The accounts of the channel, in scope.
select id, name, is_enabled, branch_id from channel_account
where kind = 'portal' and (:branches::uuid[] is null or branch_id = any(:branches)) order by name

-- name: get_account
-- One account of the channel.
select * from channel_account where id = :id::uuid and kind = 'portal'

-- name: list_forms
-- Forms in scope.
select f.id, f.account_id, f.settings, f.origins, f.is_enabled, f.version from portal_form f join channel_account a on a.id = f.account_id
where :branches::uuid[] is null or a.branch_id = any(:branches) order by f.id

-- name: get_form
-- One form.
select id, account_id, settings, origins, is_enabled, version from portal_form where id = :id::text

-- name: save_form
-- A new form, or the next version of one; no row when somebody was faster.
insert into portal_form (id, account_id, settings, origins, is_enabled)
values (:id::text, :account_id::uuid, :settings::jsonb, :origins::text[], :is_enabled::boolean)
on conflict (id) do update set account_id = excluded.account_id, settings = excluded.settings, origins = excluded.origins,
    is_enabled = excluded.is_enabled, version = portal_form.version + 1 where portal_form.version = :version::int
returning version

-- name: list_contacts
-- Who sees what their organisation asked for.
select p.customer_id, c.name, c.branch_id, o.name as organization_name from portal_contact p join customer c on c.id = p.customer_id
     left join customer o on o.id = c.organization_id
where :branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches) order by c.name, p.customer_id limit 500

-- name: add_contact
-- From now on this person does.
insert into portal_contact (customer_id, by_label, at) values (:customer_id::uuid, :by_label::text, :now::timestamptz)
on conflict do nothing

-- name: remove_contact
-- From now on this person does not.
delete from portal_contact where customer_id = :customer_id::uuid returning customer_id

-- name: insert_sign_in
-- Somebody asks to be let in.
insert into portal_sign_in (id, kind, address, locale, asked_at, expires_at)
values (:id::uuid, :kind::text, :address::text, :locale::text, :now::timestamptz, :expires_at::timestamptz)

-- name: forget_sign_ins
-- What was over a day ago is nobody's business any more.
delete from portal_sign_in where expires_at < :before::timestamptz

-- name: forget_sessions
-- As above, of sessions.
delete from portal_session where expires_at < :before::timestamptz

-- name: get_sign_in
-- One that can still be answered.
select id, kind, address, locale, expires_at from portal_sign_in
where id = :id::uuid and used_at is null and expires_at > :now::timestamptz

-- name: mark_sent
-- A code is on its way: it can be entered from now on.
update portal_sign_in set is_sent = true where id = :id::uuid

-- name: try_sign_in
-- One more try, held; no row when it is over, was used, was never sent, or was tried too often.
update portal_sign_in set tries = tries + 1
where id = :id::uuid and is_sent and used_at is null and expires_at > :now::timestamptz and tries < :most::int
returning id, kind, address, locale

-- name: use_sign_in
-- It was the right one, and is not again.
update portal_sign_in set used_at = :now::timestamptz where id = :id::uuid and used_at is null returning id

-- name: owner_of
-- Whose an address is.
select customer_id from identity where kind = :kind::text and value = :value::text

-- name: insert_session
-- Somebody is let in.
insert into portal_session (id, token_hash, kind, address, locale, created_at, expires_at, peer, user_agent)
values (:id::uuid, :token_hash::bytea, :kind::text, :address::text, :locale::text, :now::timestamptz, :expires_at::timestamptz, :peer::text, :user_agent::text)

-- name: identify
-- Who that is, by whose the address is now; nobody while the portal is off.
select s.id as session_id, c.id as customer_id, c.name, s.locale
from portal_session s join identity i on i.kind = s.kind and i.value = s.address join customer c on c.id = i.customer_id
     join portal_setting p on (p.settings ->> 'is_on')::boolean
where s.token_hash = :token_hash::bytea and s.ended_at is null and s.expires_at > :now::timestamptz

-- name: present
-- As above, of a session that was recognised a moment ago.
select s.id as session_id, s.kind, s.address, c.id as customer_id, c.name, s.locale,
       exists (select from portal_contact p where p.customer_id in (select customer_family(c.id))) as sees_organisation
from portal_session s join identity i on i.kind = s.kind and i.value = s.address join customer c on c.id = i.customer_id
where s.id = :id::uuid and s.ended_at is null

-- name: end_session
-- They went.
update portal_session set ended_at = :now::timestamptz where id = :id::uuid and ended_at is null returning id

-- name: colleagues_of
-- The records of a person's organisation and of all its people.
select f.id from customer me join customer other on other.id = me.organization_id or other.organization_id = me.organization_id
     cross join lateral customer_family(other.id) as f (id)
where me.id = :customer_id::uuid and me.organization_id is not null and other.merged_into is null

-- name: list_tickets
-- What they see, the newest first. Of others of the organisation nothing that is confidential. An own one that was merged is there
-- only where they do not see into which, with the stage of that one and nothing else; that it waits for somebody else is no word to them.
select t.id, t.kind, t.serial, t.subject, case when t.merged_into is null then t.category when i.category = 'pending' then 'on_hold' else i.category end as category,
       t.opened_at, t.due_at, case when t.merged_into is null then t.solved_at end as solved_at, t.closed_at, t.customer_id, c.name as customer_name,
       t.customer_id = any(:own::uuid[]) as is_own, t.merged_into is not null as is_joined,
       t.merged_into is null and exists (select from ticket_interaction l join interaction i on i.id = l.interaction_id
               where l.ticket_id = t.id and i.channel = 'portal' and i.customer_id = any(:own::uuid[])
                 and exists (select from message m where m.interaction_id = i.id and m.direction = 'outbound'
                             and m.seq > i.seen_seq)) as has_news
from ticket t join customer c on c.id = t.customer_id
     left join lateral
    (with recursive way as (
        select t.merged_into as id, 0 as steps where t.merged_into is not null
        union all select p.merged_into, w.steps + 1 from way w join ticket p on p.id = w.id where p.merged_into is not null and w.steps < 50)
     select k.category, k.requester_kind = 'external' and (k.customer_id = any(:own) or (k.customer_id = any(:others::uuid[]) and not k.is_confidential)) as is_seen
     from way join ticket k on k.id = way.id where k.merged_into is null) i on true
where t.requester_kind = 'external' and t.id < :before::uuid
  and (t.customer_id = any(:own) or (t.customer_id = any(:others) and not t.is_confidential))
  and (t.merged_into is null or (t.customer_id = any(:own) and i.is_seen is false))
order by t.id desc limit :most::int

-- name: get_ticket
-- One of them, or the one into which it was merged; no row for what is somebody else's.
with recursive way as (
    select :id::uuid as id, 0 as steps
    union all select p.merged_into, w.steps + 1 from way w join ticket p on p.id = w.id where p.merged_into is not null and w.steps < 50
)
select t.id, t.kind, t.serial, t.subject, t.category, t.opened_at, t.due_at, t.solved_at, t.closed_at, t.customer_id, c.name as customer_name,
       t.customer_id = any(:own::uuid[]) as is_own, false as is_joined, t.fields, t.branch_id, false as has_news
from way join ticket t on t.id = way.id join customer c on c.id = t.customer_id
where t.requester_kind = 'external' and t.merged_into is null
  and (t.customer_id = any(:own::uuid[]) or (t.customer_id = any(:others::uuid[]) and not t.is_confidential))

-- name: get_joined
-- An own one that was merged into one that they do not see, with the stage of that one; asked for where there is no other.
with recursive way as (
    select merged_into as id, 0 as steps from ticket where id = :id::uuid and merged_into is not null
    union all select p.merged_into, w.steps + 1 from way w join ticket p on p.id = w.id where p.merged_into is not null and w.steps < 50
)
select t.id, t.kind, t.serial, t.subject, case when k.category = 'pending' then 'on_hold' else k.category end as category, t.opened_at, t.due_at,
       null::timestamptz as solved_at, t.closed_at, t.customer_id, c.name as customer_name, true as is_own, true as is_joined, t.fields, t.branch_id,
       false as has_news
from ticket t join customer c on c.id = t.customer_id join way on true join ticket k on k.id = way.id and k.merged_into is null
where t.id = :id and t.requester_kind = 'external' and t.customer_id = any(:own::uuid[])

-- name: opened_before
-- What this customer asked for under this id.
select id from ticket where opened_by = :opened_by::text and client_id = :client_id::text

-- name: talks_of
-- The conversations about a ticket with the one whose it is, the newest first.
select i.id, i.channel, i.account_id, i.address from ticket_interaction l join interaction i on i.id = l.interaction_id
where l.ticket_id = :ticket_id::uuid and i.customer_id = any(:family::uuid[]) order by i.opened_at desc, i.id desc limit 20

-- name: words_of
-- What was said in them, to and by customers.
select id, interaction_id, seq, direction, author_kind, author_id, author_name, text, attachments, details, at from message
where interaction_id = any(:ids::uuid[]) and direction in ('inbound', 'outbound') order by at, interaction_id, seq limit 1000

-- name: get_number
-- What a ticket is called.
select id, kind, serial from ticket where id = :id::uuid

-- name: get_rating
-- How a ticket was rated.
select score, comment, rated_at, changed_at from portal_rating where ticket_id = :ticket_id::uuid

-- name: save_rating
-- The rating of a ticket: one, which may be another later.
insert into portal_rating (ticket_id, score, comment, rated_at, changed_at)
values (:ticket_id::uuid, :score::int, :comment::text, :now::timestamptz, :now::timestamptz)
on conflict (ticket_id) do update set score = excluded.score, comment = excluded.comment, changed_at = excluded.changed_at

-- name: talks_among
-- Which of these conversations are of the portal.
select id from interaction where id = any(:ids::uuid[]) and channel = 'portal'

-- name: ticket_of_talk
-- The ticket of a conversation of the portal: the one with which it began.
select t.id, t.kind, t.serial, t.subject from ticket_interaction l join ticket t on t.id = l.ticket_id
where l.interaction_id = :interaction_id::uuid order by l.linked_at, t.id limit 1

-- name: text_account
-- The number that writes to customers.
select id from channel_account where kind in ('sms', 'smpp') and is_enabled order by branch_id nulls first, name limit 1

-- name: raised_before
-- The ticket that a form made of what was sent under this id.
select id, kind, serial from ticket where opened_by = :opened_by::text and client_id = :client_id::text

-- name: tickets_with_file
-- The tickets in whose conversations a file was sent.
select distinct l.ticket_id from attachment a join ticket_interaction l on l.interaction_id = a.interaction_id
where a.id = :file_id::text::uuid
