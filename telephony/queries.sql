-- name: insert_recording
-- Something that the carrier recorded, once; no row when it is known.
insert into call_recording (id, account_id, external_id, interaction_id, kind, state, seconds, made_at, least_days)
values (:id::uuid, :account_id::uuid, :external_id::text, :interaction_id::uuid, :kind::text, :state::text, :seconds::int,
        :made_at::timestamptz, :least_days::int)
on conflict (account_id, external_id) do nothing returning id

-- name: get_recording
-- One recording with whose it is and where its sound lies.
select r.*, i.number as interaction_number, i.branch_id, i.address, c.name as customer_name, s.name as agent_name,
       a.name as account_name, f.sha256
from call_recording r join interaction i on i.id = r.interaction_id join customer c on c.id = i.customer_id
join channel_account a on a.id = r.account_id left join staff s on s.id = i.agent_id left join attachment f on f.id = r.attachment_id
where r.id = :id::uuid

-- name: lock_recording
-- One recording for the change that follows.
select * from call_recording where id = :id::uuid for update

-- name: keep_recording
-- Its sound is here.
update call_recording set state = 'kept', attachment_id = :attachment_id::uuid, kept_until = :kept_until::timestamptz
where id = :id::uuid

-- name: lose_recording
-- Its sound never came.
update call_recording set state = 'failed' where id = :id::uuid and state = 'waiting'

-- name: hold_recording
-- Whether it is kept whatever its time.
update call_recording set is_held = :is_held::boolean where id = :id::uuid

-- name: end_recording
-- Its sound is gone.
update call_recording set state = 'expired', attachment_id = null where id = :id::uuid

-- name: insert_sound
-- A sound that belongs to no conversation's files.
insert into attachment (id, sha256, name, content_type, size, owner)
values (:id::uuid, :sha256::bytea, :name::text, :content_type::text, :size::bigint, :owner::text)

-- name: drop_sound
-- The file of a recording.
delete from attachment where id = :id::uuid

-- name: drop_file
-- A file that nobody else has; no row when somebody does.
delete from file f where f.sha256 = :sha256::bytea and not exists (select from attachment a where a.sha256 = f.sha256)
returning f.sha256

-- name: past_recordings
-- Recordings past their time; what somebody works on is for the next turn.
select r.*, f.sha256 from call_recording r join attachment f on f.id = r.attachment_id
where r.state = 'kept' and not r.is_held and r.kept_until < :now::timestamptz
order by r.kept_until limit :most::int for update of r skip locked

-- name: list_recordings
-- Recordings in sight, newest first.
select r.id, r.kind, r.state, r.seconds, r.made_at, r.kept_until, r.is_held, r.interaction_id, i.number as interaction_number,
       i.address, c.name as customer_name, s.name as agent_name, a.name as account_name
from call_recording r join interaction i on i.id = r.interaction_id join customer c on c.id = i.customer_id
join channel_account a on a.id = r.account_id left join staff s on s.id = i.agent_id
where (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:before::uuid is null or r.id < :before) and (:interaction_id::uuid is null or r.interaction_id = :interaction_id)
  and (:kind::text is null or r.kind = :kind) and (:state::text is null or r.state = :state)
  and (:agent_id::uuid is null or i.agent_id = :agent_id)
  and (:since::timestamptz is null or r.made_at >= :since) and (:until::timestamptz is null or r.made_at < :until)
order by r.id desc limit :most::int

-- name: recording_rule
-- How long recordings are kept.
select keep_days, voicemail_days, version from recording_rule

-- name: save_recording_rule
-- How long they are kept from now on; no row when somebody else changed it first.
update recording_rule set keep_days = :keep_days::int, voicemail_days = :voicemail_days::int, version = version + 1
where version = :version::int returning version

-- name: refit_recordings
-- What is here is kept as long as the rule says now.
update call_recording r set kept_until = r.made_at + make_interval(days =>
    greatest(case r.kind when 'voicemail' then u.voicemail_days else u.keep_days end, r.least_days))
from recording_rule u where r.state = 'kept'

-- name: save_price
-- What a call or text cost; the carrier's newest word counts.
insert into carrier_price (account_id, external_id, kind, number, is_inbound, at, seconds, segments, price, currency)
values (:account_id::uuid, :external_id::text, :kind::text, :number::text, :is_inbound::boolean, :at::timestamptz, :seconds::int,
        :segments::int, :price::numeric, :currency::text)
on conflict (account_id, external_id) do update set price = excluded.price, seconds = excluded.seconds,
    segments = excluded.segments, currency = excluded.currency, at = excluded.at

-- name: costs_by_day
-- What accounts in sight cost, by day (UTC), kind and currency.
select (p.at at time zone 'UTC')::date as day, p.account_id, a.name as account_name, p.kind, p.is_inbound, count(*) as count,
       sum(p.seconds) as seconds, sum(p.segments) as segments, sum(p.price)::float8 as price, p.currency
from carrier_price p join channel_account a on a.id = p.account_id
where (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches))
  and (:account_id::uuid is null or p.account_id = :account_id)
  and p.at >= :since::date::timestamp at time zone 'UTC' and p.at < (:until::date + 1)::timestamp at time zone 'UTC'
group by 1, 2, 3, 4, 5, p.currency order by 1 desc, 3, 4, 5

-- name: list_texts
-- The archive of texts in sight, newest first: of conversations, and such as belong to none.
(select m.id, m.interaction_id, i.number as interaction_number, m.at, m.direction, i.address as number,
       coalesce(a.settings ->> 'number', a.name) as our_number, c.name as customer_name, m.author_name, m.text, m.delivery, m.error,
       m.external_id, m.account_id, i.branch_id, m.details ->> 'fault' as fault
from message m join interaction i on i.id = m.interaction_id join channel_account a on a.id = m.account_id
join customer c on c.id = i.customer_id
where i.channel in ('sms', 'smpp') and m.direction in ('inbound', 'outbound')
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:before::uuid is null or m.id < :before) and (:number::text is null or i.address like :number)
  and (:direction::text is null or m.direction = :direction) and (:delivery::text is null or m.delivery = :delivery)
  and (:account_id::uuid is null or m.account_id = :account_id)
  and (:since::timestamptz is null or m.at >= :since) and (:until::timestamptz is null or m.at < :until)
  and (:words::text[] = '{}' or exists (select from message_search s where s.message_id = m.id and s.folded like all(:words)))
order by m.id desc limit :most::int)
union all
(select p.id, p.interaction_id, i.number, p.at, 'outbound', p.number, coalesce(a.settings ->> 'number', a.name),
       coalesce(s.name, c.name, ''), '', p.text, p.delivery, p.error, p.external_id, p.account_id, p.branch_id, null
from posted_text p join channel_account a on a.id = p.account_id left join staff s on s.id = p.staff_id
left join interaction i on i.id = p.interaction_id left join customer c on c.id = i.customer_id
where p.text is not null and (:direction is null or :direction = 'outbound')
  and (:branches is null or p.branch_id is null or p.branch_id = any(:branches))
  and (:before is null or p.id < :before) and (:number is null or p.number like :number)
  and (:delivery is null or p.delivery = :delivery) and (:account_id is null or p.account_id = :account_id)
  and (:since is null or p.at >= :since) and (:until is null or p.at < :until)
  and (:words = '{}' or p.folded like all(:words))
order by p.id desc limit :most)
order by id desc limit :most

-- name: get_text
-- One text with whose it is.
select m.id, m.interaction_id, i.number as interaction_number, m.at, m.direction, i.address as number,
       coalesce(a.settings ->> 'number', a.name) as our_number, c.name as customer_name, m.author_name, m.text, m.delivery, m.error,
       m.external_id, m.account_id, i.branch_id, m.details ->> 'fault' as fault
from message m join interaction i on i.id = m.interaction_id join channel_account a on a.id = m.account_id
join customer c on c.id = i.customer_id
where m.id = :id::uuid and i.channel in ('sms', 'smpp')
union all
select p.id, p.interaction_id, i.number, p.at, 'outbound', p.number, coalesce(a.settings ->> 'number', a.name),
       coalesce(s.name, c.name, ''), '', p.text, p.delivery, p.error, p.external_id, p.account_id, p.branch_id, null
from posted_text p join channel_account a on a.id = p.account_id left join staff s on s.id = p.staff_id
left join interaction i on i.id = p.interaction_id left join customer c on c.id = i.customer_id
where p.id = :id and p.text is not null

-- name: told_of_text
-- What the carrier said of a text, in the order in which it came.
select received_at as at, split_part(external_id, ':', 3) as status, encode(sha256(body), 'hex') as digest from raw_input
where account_id = :account_id::uuid and external_id like 'status:' || :external_id::text || ':%' order by id

-- name: told_of_texts
-- What carriers said of many texts.
select m.id, r.received_at as at, split_part(r.external_id, ':', 3) as status, encode(sha256(r.body), 'hex') as digest
from (select id, account_id, external_id from message where id = any(:ids::uuid[])
      union all select id, account_id, external_id from posted_text where id = any(:ids)) m
join raw_input r on r.account_id = m.account_id and r.external_id like 'status:' || m.external_id || ':%'
order by m.id, r.id

-- name: list_consents
-- Who said what of texts, newest first.
select a.id as account_id, a.name as account_name, o.number, not o.is_lifted as is_stopped, o.word, o.said_by as source, o.added_at as at
from opt_out o join channel_account a on a.id = coalesce(o.account_id, o.heard_by)
where (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches))
  and (:number::text is null or o.number = :number) order by o.added_at desc limit 500

-- name: account_branch
-- Whose an account is.
select id, kind, is_enabled, branch_id from channel_account where id = :id::uuid

-- name: insert_batch
-- A text to many.
insert into text_batch (id, account_id, branch_id, name, text, send_at, state, created_by, created_at)
values (:id::uuid, :account_id::uuid, :branch_id::uuid, :name::text, :text::text, :send_at::timestamptz, 'waiting',
        :created_by::uuid, :created_at::timestamptz)

-- name: insert_item
-- One who gets it, or is left out.
insert into text_batch_item (batch_id, number, customer_id, state, reason)
values (:batch_id::uuid, :number::text, :customer_id::uuid, :state::text, :reason::text)

-- name: people_to_text
-- Customers in sight with their numbers.
select c.id, coalesce((select array_agg(n.value order by n.value) from identity n where n.customer_id = c.id and n.kind = 'phone'), '{}')
       as numbers
from customer c where c.id = any(:ids::uuid[])
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))

-- name: get_batch
-- One batch with how far it is.
select b.*, a.name as account_name, s.name as author_name, n.waiting, n.sent, n.left_out, n.failed, n.delivered
from text_batch b join channel_account a on a.id = b.account_id join staff s on s.id = b.created_by,
lateral (select count(*) filter (where t.state = 'waiting') as waiting, count(*) filter (where t.state = 'sent') as sent,
                count(*) filter (where t.state = 'left_out') as left_out, count(*) filter (where t.state = 'failed') as failed,
                count(*) filter (where m.delivery in ('delivered', 'read')) as delivered
         from text_batch_item t left join message m on m.id = t.message_id where t.batch_id = b.id) n
where b.id = :id::uuid

-- name: list_batches
-- Batches in sight, newest first.
select b.*, a.name as account_name, s.name as author_name, n.waiting, n.sent, n.left_out, n.failed, n.delivered
from text_batch b join channel_account a on a.id = b.account_id join staff s on s.id = b.created_by,
lateral (select count(*) filter (where t.state = 'waiting') as waiting, count(*) filter (where t.state = 'sent') as sent,
                count(*) filter (where t.state = 'left_out') as left_out, count(*) filter (where t.state = 'failed') as failed,
                count(*) filter (where m.delivery in ('delivered', 'read')) as delivered
         from text_batch_item t left join message m on m.id = t.message_id where t.batch_id = b.id) n
where (:branches::uuid[] is null or b.branch_id is null or b.branch_id = any(:branches)) order by b.created_at desc limit 200

-- name: lock_batch
-- One batch for the change that follows.
select * from text_batch where id = :id::uuid for update

-- name: set_batch
-- How far it is; no row when it is so already, or over.
update text_batch set state = :state::text, version = version + 1
where id = :id::uuid and state <> :state::text and state in ('waiting', 'sending') returning id

-- name: next_items
-- Who is next.
select t.number, t.customer_id, c.name as customer_name
from text_batch_item t join text_batch b on b.id = t.batch_id join customer c on c.id = t.customer_id
where t.batch_id = :batch_id::uuid and t.state = 'waiting' and b.state in ('waiting', 'sending') order by t.number limit :most::int

-- name: is_any_waiting
-- Whether somebody of a batch that goes on still waits.
select exists (select from text_batch_item t join text_batch b on b.id = t.batch_id
               where t.batch_id = :batch_id::uuid and t.state = 'waiting' and b.state in ('waiting', 'sending'))

-- name: set_item
-- What became of one.
update text_batch_item set state = :state::text, reason = :reason::text,
    message_id = (select m.id from message m where m.interaction_id = :interaction_id::uuid and m.direction = 'outbound' limit 1)
where batch_id = :batch_id::uuid and number = :number::text and state = 'waiting'

-- name: items_of
-- Everybody of a batch.
select t.number, t.customer_id, c.name as customer_name, t.state, coalesce(t.reason, m.details ->> 'fault') as reason, m.delivery
from text_batch_item t join customer c on c.id = t.customer_id left join message m on m.id = t.message_id
where t.batch_id = :batch_id::uuid order by t.state, c.name

-- name: media_of_text
-- A file that goes along with a text.
select a.sha256, a.content_type from attachment a join interaction i on i.id = a.interaction_id
where a.id = :id::uuid and i.channel = 'sms'
