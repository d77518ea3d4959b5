-- name: rules_of_account
-- What sorts an account's mail, in the order in which it is asked.
select id, account_id, name, position, conditions, actions, is_active, version
from sorting_rule where account_id = :account_id::uuid order by position, name

-- name: only_programs
-- From which of these addresses only programs wrote so far, whose mail was parked: who wrote is known for nothing.
select asked.address from unnest(:addresses::text[]) as asked (address)
where exists (
    select from interaction i join message m on m.interaction_id = i.id
    where i.account_id = :account_id::uuid and i.address = asked.address and m.event = 'parked'
) and not exists (
    select from interaction i join message m on m.interaction_id = i.id
    where i.account_id = :account_id::uuid and i.address = asked.address and m.direction in ('inbound', 'outbound')
      and coalesce(m.details ->> 'automatic', 'no') = 'no'
)

-- name: save_rule
-- A new rule, or the next version of one; no row when somebody else changed it first.
insert into sorting_rule (id, account_id, name, position, conditions, actions, is_active)
values (:id::uuid, :account_id::uuid, :name::text, :position::int, :conditions::jsonb, :actions::jsonb, :is_active::boolean)
on conflict (id) do update set name = excluded.name, position = excluded.position, conditions = excluded.conditions,
    actions = excluded.actions, is_active = excluded.is_active, version = sorting_rule.version + 1
    where sorting_rule.version = :version::int and sorting_rule.account_id = excluded.account_id
returning id, account_id, name, position, conditions, actions, is_active, version

-- name: remove_rule
-- It sorts no longer.
delete from sorting_rule where id = :id::uuid and account_id = :account_id::uuid returning name

-- name: get_acknowledgement
-- When and how an account acknowledges.
select account_id, mode, texts, answer_minutes, version from acknowledgement where account_id = :account_id::uuid

-- name: save_acknowledgement
-- The first one, or the next version; no row when somebody else changed it first.
insert into acknowledgement (account_id, mode, texts, answer_minutes)
values (:account_id::uuid, :mode::text, :texts::jsonb, :answer_minutes::int)
on conflict (account_id) do update set mode = excluded.mode, texts = excluded.texts,
    answer_minutes = excluded.answer_minutes, version = acknowledgement.version + 1
    where acknowledgement.version = :version::int
returning account_id, mode, texts, answer_minutes, version

-- name: may_acknowledge
-- Note that this address is answered by the machine now; no row when it was within a day.
insert into acknowledged (account_id, address, at) values (:account_id::uuid, :address::text, :now::timestamptz)
on conflict (account_id, address) do update set at = excluded.at where acknowledged.at < excluded.at - interval '1 day'
returning at

-- name: acknowledged_lately
-- How many an account answered by the machine within the hour.
select count(*) from acknowledged where account_id = :account_id::uuid and at > :now::timestamptz - interval '1 hour'

-- name: mail_for_ticket
-- What a ticket of a new conversation begins with.
select i.id, i.number, i.channel, i.subject, i.customer_id,
       coalesce((select m.text from message m where m.interaction_id = i.id and m.direction = 'inbound' order by m.seq limit 1), '') as text
from interaction i where i.id = :id::uuid

-- name: has_ticket
-- Whether a conversation is about a ticket already.
select exists (select from ticket_interaction where interaction_id = :id::uuid)

-- name: open_ticket_before
-- The newest open ticket of a kind of the conversation that this one follows.
select t.id from interaction_link l join ticket_interaction b on b.interaction_id = l.from_id join ticket t on t.id = b.ticket_id
where l.to_id = :id::uuid and t.kind = :kind::text and t.category <> 'closed' and t.merged_into is null
order by t.id desc limit 1

-- name: open_ticket_of_customer
-- The newest open ticket of a kind, and of a type where one is asked for, of a customer; what is solved is not open.
select id from ticket
where customer_id in (select customer_family(:customer_id::uuid)) and kind = :kind::text
  and category not in ('solved', 'closed') and merged_into is null and (:type_id::uuid is null or type_id = :type_id)
order by id desc limit 1

-- name: get_self_service
-- By which words an account is asked for the state of requests.
select account_id, is_on, words, version from self_service where account_id = :account_id::uuid

-- name: save_self_service
-- The first one, or the next version; no row when somebody else changed it first.
insert into self_service (account_id, is_on, words) values (:account_id::uuid, :is_on::boolean, :words::jsonb)
on conflict (account_id) do update set is_on = excluded.is_on, words = excluded.words, version = self_service.version + 1
    where self_service.version = :version::int
returning account_id, is_on, words, version

-- name: served_lately
-- How many an account answered by the machine within the hour.
select count(*) from self_served where account_id = :account_id::uuid and at > :now::timestamptz - interval '1 hour'

-- name: note_served
-- It is answered; no row when it was before.
insert into self_served (message_id, account_id, found, at) values (:message_id::uuid, :account_id::uuid, :found::int, :now::timestamptz)
on conflict do nothing
returning message_id

-- name: text_asked
-- A text that asks the machine, and where it came from.
select m.id, m.details -> 'self_service' as asked, i.id as interaction_id, i.account_id, i.address, i.customer_id
from message m join interaction i on i.id = m.interaction_id where m.id = :id::uuid

-- name: own_requests
-- Requests of the customer whose telephone this is, and of nobody else: those that are open, the newest first, or the one that is named
-- by its number or its tracking code. Of a complaint only what its complainant may know: whom we ask inside the house is not theirs.
with own as materialized (
    select coalesce(n.merged_into, n.id) as id, p.customer_id
    from identity p cross join lateral customer_family(p.customer_id) f (id) join ticket n on n.customer_id = f.id
         left join complaint named on named.ticket_id = n.id
    where p.kind = 'phone' and p.value = :phone::text
      and (case when :code::text is not null then named.code = :code
                when :serial::bigint is not null then n.serial = :serial and (:kind::text is null or n.kind = :kind)
                else n.merged_into is null and n.category <> 'closed' end)
)
select t.id, t.kind, t.serial, t.is_confidential, t.subject, s.names as stage_names,
       case when c.ticket_id is null then null when t.category in ('solved', 'closed') then 'closed'
            when c.stage = 'referred' then 'investigation' else c.stage end as complaint_stage
from own join ticket t on t.id = own.id join ticket_status s on s.id = t.status_id left join complaint c on c.ticket_id = t.id
where exists (select from customer_family(own.customer_id) f (id) where f.id = t.customer_id)
order by t.id desc limit :most::int
