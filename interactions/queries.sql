-- name: get_interaction
-- One interaction with names.
select i.*, q.name as queue_name, p.name as agent_name
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id where i.id = :id::uuid

-- name: lock_interaction
-- One interaction for the change that follows.
select i.*, q.name as queue_name, p.name as agent_name
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id
where i.id = :id::uuid for update of i

-- name: interactions_of_agent
-- An agent's own work, for the snapshot.
select i.*, q.name as queue_name, p.name as agent_name
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id
where i.agent_id = :agent_id::uuid and i.state <> 'closed' order by i.assigned_at, i.id

-- name: list_interactions
-- Interactions in scope, newest first.
select i.*, q.name as queue_name, p.name as agent_name
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id
where i.id < :before::uuid
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:state::text is null or i.state = :state)
  and (:channel::text is null or i.channel = :channel)
  and (:customers::uuid[] is null or i.customer_id = any(:customers))
order by i.id desc limit :most::int

-- name: insert_interaction
-- A new conversation.
insert into interaction (id, channel, account_id, direction, customer_id, address, address_name, subject, state, queue_id,
                         agent_id, branch_id, call, opened_at, assigned_at)
values (:id::uuid, :channel::text, :account_id::uuid, :direction::text, :customer_id::uuid, :address::text, :address_name::text,
        :subject::text, :state::text, :queue_id::uuid, :agent_id::uuid, :branch_id::uuid, :call::jsonb, :opened_at::timestamptz,
        :assigned_at::timestamptz)

-- name: set_state
-- Move it on.
update interaction set state = :state::text, agent_id = :agent_id::uuid, queue_id = coalesce(:queue_id::uuid, queue_id),
    assigned_at = coalesce(:assigned_at::timestamptz, assigned_at),
    closed_at = case when :state = 'closed' then coalesce(closed_at, :now::timestamptz) end,
    disposition = coalesce(:disposition::text, disposition), version = version + 1
where id = :id::uuid

-- name: set_call
-- The telephone side of it.
update interaction set call = :call::jsonb, version = version + 1 where id = :id::uuid

-- name: mark_read
-- The agent has seen all of it.
update interaction set unread = 0, version = version + 1 where id = :id::uuid and unread > 0

-- name: mark_seen
-- The customer has seen it up to here.
update interaction set seen_seq = greatest(seen_seq, :seq::int) where id = :id::uuid

-- name: next_seq
-- One more message; under the row's lock.
update interaction set last_seq = last_seq + 1,
    unread = case when :direction::text = 'inbound' then unread + 1 when :direction = 'outbound' then 0 else unread end,
    preview = case when :direction in ('inbound', 'outbound') then :preview::text else preview end, version = version + 1
where id = :id::uuid
returning last_seq, unread, preview, agent_id, channel, address

-- name: insert_message
-- A message in its place.
insert into message (id, interaction_id, seq, direction, author_kind, author_id, author_name, text, html, event, attachments,
                     delivery, client_id, account_id, external_id, raw_id, details, at)
values (:id::uuid, :interaction_id::uuid, :seq::int, :direction::text, :author_kind::text, :author_id::uuid, :author_name::text,
        :text::text, :html::text, :event::text, :attachments::jsonb, :delivery::text, :client_id::text, :account_id::uuid,
        :external_id::text, :raw_id::bigint, :details::jsonb, :at::timestamptz)

-- name: get_message
-- One message.
select * from message where id = :id::uuid

-- name: lock_message
-- One message for the change that follows.
select * from message where id = :id::uuid for update

-- name: open_chat
-- The open conversation of an address on an account.
select id from interaction where account_id = :account_id::uuid and address = :address::text and state <> 'closed' order by id desc limit 1

-- name: last_chat
-- The latest conversation of an address on an account.
select id from interaction where account_id = :account_id::uuid and address = :address::text order by id desc limit 1

-- name: last_words_with
-- What an address and staff said to each other over all chats on an account, newest first; without what is among staff.
select m.* from message m join interaction i on i.id = m.interaction_id
where i.account_id = :account_id::uuid and i.address = :address::text and m.direction in ('inbound', 'outbound')
order by m.interaction_id desc, m.seq desc limit :most::int

-- name: find_client_message
-- What a sender said under this client id.
select * from message
where interaction_id = :interaction_id::uuid and author_kind = :author_kind::text and author_id = :author_id::uuid and client_id = :client_id::text

-- name: find_external_message
-- A message by the stranger's id of it.
select * from message where account_id = :account_id::uuid and external_id = :external_id::text

-- name: find_own_message
-- An outbound message of this account that has no receipt yet.
select * from message where id = :id::uuid and account_id = :account_id::uuid and direction = 'outbound' and external_id is null

-- name: list_messages
-- A page of a conversation, newest first.
select * from message where interaction_id = :interaction_id::uuid and seq < :before_seq::int order by seq desc limit :most::int

-- name: set_delivery
-- How far it came.
update message set delivery = :delivery::text, error = :error::text, external_id = coalesce(:external_id::text, external_id)
where id = :id::uuid

-- name: append_messages
-- Many messages to open conversations at once; what is known by its external id is passed over.
-- Conversations are locked in one order, so that two batches cannot wait for each other.
with sent as (
    select * from unnest(:ids::uuid[], :interaction_ids::uuid[], :addresses::text[], :external_ids::text[], :client_ids::text[], :texts::text[], :previews::text[])
        with ordinality as s (id, interaction_id, address, external_id, client_id, text, preview, n)
), locked as materialized (
    select id, last_seq, unread, agent_id, account_id, customer_id, address, address_name from interaction
    where id in (select interaction_id from sent) and state in ('queued', 'assigned') and channel = 'webchat' order by id for update
), fresh as materialized (
    select s.*, row_number() over (partition by s.interaction_id order by s.n) as place
    from (select distinct on (interaction_id, external_id) * from sent order by interaction_id, external_id, n) s
    join locked on locked.id = s.interaction_id and locked.address = s.address
    where not exists (select from message m where m.account_id = locked.account_id and m.external_id = s.external_id)
), added as (
    insert into message (id, interaction_id, seq, direction, author_kind, author_id, author_name, text, client_id, external_id, account_id, at)
    select f.id, f.interaction_id, l.last_seq + f.place, 'inbound', 'customer', l.customer_id, l.address_name, f.text, f.client_id, f.external_id,
           l.account_id, :now::timestamptz
    from fresh f join locked l on l.id = f.interaction_id
), bumped as (
    update interaction i set last_seq = i.last_seq + f.count, unread = i.unread + f.count, version = i.version + 1, preview = f.preview
    from (select interaction_id, count(*)::int as count, (array_agg(preview order by place desc))[1] as preview from fresh group by interaction_id) f
    where i.id = f.interaction_id
)
select f.n::int as n, (l.last_seq + f.place)::int as seq, (l.unread + f.place)::int as unread, l.agent_id, l.customer_id, l.address_name
from fresh f join locked l on l.id = f.interaction_id order by f.n

-- name: messages_by_external
-- What is known by these ids.
select * from message where account_id = any(:account_ids::uuid[]) and external_id = any(:external_ids::text[])

-- name: find_thread
-- Conversations that a key of this account refers to, the latest first.
select t.interaction_id from thread_key t join interaction i on i.id = t.interaction_id
where t.account_id = :account_id::uuid and t.key = :key::text
order by (i.state <> 'closed') desc, t.created_at desc limit 1

-- name: find_open_thread
-- The open conversation that a key of this account refers to.
select t.interaction_id from thread_key t join interaction i on i.id = t.interaction_id
where t.account_id = :account_id::uuid and t.key = :key::text and i.state <> 'closed'
order by t.created_at desc limit 1

-- name: find_by_number
-- A conversation of this account by the number that people see.
select id from interaction where account_id = :account_id::uuid and number = :number::bigint

-- name: find_by_id
-- A conversation of this account by its id.
select id from interaction where account_id = :account_id::uuid and id = :id::uuid

-- name: add_thread_keys
-- What later messages may refer to.
insert into thread_key (account_id, key, interaction_id) select :account_id::uuid, unnest(:keys::text[]), :interaction_id::uuid
on conflict do nothing

-- name: references_of
-- Message-IDs of a conversation, oldest first.
select key from thread_key where interaction_id = :interaction_id::uuid and key like 'mid:%' order by created_at desc limit 20

-- name: lock_thread
-- One message at a time decides about a new conversation of this key.
select pg_advisory_xact_lock(hashtextextended(:account_id::text || :key::text, 11))

-- name: insert_attachment
-- A stored file under a name.
insert into attachment (id, sha256, name, content_type, size, owner, interaction_id)
values (:id::uuid, :sha256::bytea, :name::text, :content_type::text, :size::bigint, :owner::text, :interaction_id::uuid)

-- name: get_attachment
-- One attachment with whose data it is.
select a.id, a.sha256, a.name, a.content_type, a.size, a.owner, a.interaction_id, i.branch_id, i.address, i.channel, i.agent_id
from attachment a left join interaction i on i.id = a.interaction_id where a.id = :id::uuid

-- name: bind_attachments
-- Uploaded files go with the message; only the own ones that are not bound yet.
update attachment set interaction_id = :interaction_id::uuid
where id = any(:ids::uuid[]) and owner = :owner::text and interaction_id is null
returning id, sha256, name, content_type, size

-- name: files_of_message
-- What is sent along.
select id, sha256, name, content_type from attachment where id = any(:ids::uuid[])

-- name: accept_raws
-- Keep what strangers said and leave the reading as a job; known ids are passed over.
with said as (
    select * from unnest(:account_ids::uuid[], :external_ids::text[], :kinds::text[], :headers::text[], :bodies::bytea[])
        with ordinality as s (account_id, external_id, kind, headers, body, n)
), kept as (
    insert into raw_input (account_id, external_id, kind, headers, body)
    select account_id, external_id, kind, headers::jsonb, body from said order by n
    on conflict (account_id, external_id) do nothing
    returning id, account_id, external_id
), left_to_do as (
    insert into job (kind, key, payload, run_at)
    select 'intake', account_id::text, jsonb_build_object('raw_id', id), clock_timestamp() from kept order by id
)
select account_id, external_id from kept

-- name: save_place
-- How far an adapter has come, in the transaction of what it delivered.
update channel_account set place = :place::jsonb, last_seen_at = clock_timestamp() where id = :id::uuid

-- name: get_raw
-- One raw input.
select id, account_id, external_id, kind, headers, body, received_at, outcome from raw_input where id = :id::bigint

-- name: raw_done
-- What became of it.
update raw_input set outcome = :outcome::text, detail = :detail::text, done_at = clock_timestamp() where id = :id::bigint and outcome is null

-- name: report_account
-- The account's health.
update channel_account set last_error = :error::text, last_error_at = case when :error is null then last_error_at else clock_timestamp() end,
    last_seen_at = case when :error is null then clock_timestamp() else last_seen_at end
where id = :id::uuid and last_error is distinct from :error

-- name: list_accounts
-- Accounts of channels.
select id, kind, name, is_enabled, settings, secrets, queue_id, branch_id, place, version, last_seen_at, last_error, last_error_at
from channel_account
where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by kind, name

-- name: get_account
-- One account.
select id, kind, name, is_enabled, settings, secrets, queue_id, branch_id, place, version, last_seen_at, last_error, last_error_at
from channel_account where id = :id::uuid

-- name: save_account
-- A new account, or the next version of one; no row when somebody else changed it first.
insert into channel_account (id, kind, name, is_enabled, settings, secrets, queue_id, branch_id)
values (:id::uuid, :kind::text, :name::text, :is_enabled::boolean, :settings::jsonb, :secrets::bytea, :queue_id::uuid, :branch_id::uuid)
on conflict (id) do update set name = excluded.name, is_enabled = excluded.is_enabled, settings = excluded.settings,
    secrets = coalesce(excluded.secrets, channel_account.secrets), queue_id = excluded.queue_id, branch_id = excluded.branch_id,
    version = channel_account.version + 1
    where channel_account.version = :version::int
returning version

-- name: insert_webhook
-- A subscription of another system.
insert into webhook (id, url, secret, kinds) values (:id::uuid, :url::text, :secret::bytea, :kinds::text[])

-- name: list_webhooks
-- Subscriptions.
select id, url, kinds, is_enabled, created_at from webhook order by created_at

-- name: get_webhook
-- One subscription with its secret.
select id, url, secret, kinds, is_enabled from webhook where id = :id::uuid

-- name: delete_webhook
-- No longer.
delete from webhook where id = :id::uuid returning id

-- name: webhooks_for
-- Who wants to hear of these kinds.
select id, kinds from webhook where is_enabled and kinds && :kinds::text[]

-- name: last_agent_of
-- Who spoke last with this customer in the last three days.
select agent_id from interaction
where customer_id = :customer_id::uuid and agent_id is not null and assigned_at > :now::timestamptz - interval '72 hours'
order by assigned_at desc limit 1

-- name: interactions_as_documents
-- What these are called, whose they are, and whose data.
select i.id, i.number, i.agent_id, i.branch_id, c.name as customer_name
from interaction i join customer c on c.id = i.customer_id where i.id = any(:ids::uuid[])
