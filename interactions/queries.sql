-- name: get_interaction
-- One interaction with names.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id where i.id = :id::uuid

-- name: lock_interaction
-- One interaction for the change that follows.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since,
       q.after_close, q.reopen_days
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
where i.id = :id::uuid for update of i

-- name: get_interactions
-- Interactions with names.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
where i.id = any(:ids::uuid[])

-- name: lock_interactions
-- Interactions for the changes that follow, locked in one order.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since,
       q.after_close, q.reopen_days
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
where i.id = any(:ids::uuid[]) order by i.id for update of i

-- name: interactions_of_agent
-- An agent's own work, for the snapshot.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
where i.agent_id = :agent_id::uuid and i.state <> 'closed' order by i.assigned_at, i.id

-- name: list_interactions
-- Interactions in scope, newest first; of what waits only what the taker could take, unless null.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since
from interaction i join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
where i.id < :before::uuid
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:state::text is null or i.state = :state)
  and (:channel::text is null or i.channel = :channel)
  and (:customers::uuid[] is null or i.customer_id = any(:customers))
  and (:queue_id::uuid is null or i.queue_id = :queue_id)
  and (:agent_id::uuid is null or i.agent_id = :agent_id)
  and (:taker_id::uuid is null or i.state <> 'queued' or w.sticky_agent_id = :taker_id or (
      i.queue_id = any(:takeable::uuid[])
      and not exists (select from jsonb_each_text(w.asked_skills) s where not exists (
          select from agent_skill k where k.staff_id = :taker_id and k.skill_id = s.key::uuid and k.level >= s.value::int))
      and not exists (
          select from jsonb_array_elements(:barred::jsonb) r
          where coalesce(r ->> 'queue_id', i.queue_id::text) = i.queue_id::text
            and (r ->> 'branches' is null or coalesce(r -> 'branches' ? i.branch_id::text, false))
            and (not (r ->> 'is_strict')::boolean or q.steps = '[]')
            and not exists (select from jsonb_each(r -> 'conditions') c where not coalesce(c.value ? (w.attributes ->> c.key), false)))))
order by i.id desc limit :most::int

-- name: insert_interactions
-- New conversations, numbered in this order; what is said in them at once is counted already.
insert into interaction (id, channel, account_id, direction, customer_id, address, address_name, subject, state, queue_id,
                         agent_id, branch_id, call, opened_at, assigned_at, details, customer_at, last_seq, version, unread, preview)
select id, channel, account_id, direction, customer_id, address, address_name, subject, state, queue_id, agent_id, branch_id, call,
       opened_at, assigned_at, details, case when direction = 'inbound' then opened_at end, said, 1 + said, unread, preview
from unnest(:id::uuid[], :channel::text[], :account_id::uuid[], :direction::text[], :customer_id::uuid[], :address::text[],
            :address_name::text[], :subject::text[], :state::text[], :queue_id::uuid[], :agent_id::uuid[], :branch_id::uuid[],
            :call::jsonb[], :opened_at::timestamptz[], :assigned_at::timestamptz[], :details::jsonb[], :said::int[], :unread::int[],
            :preview::text[]) with ordinality
    as i (id, channel, account_id, direction, customer_id, address, address_name, subject, state, queue_id, agent_id, branch_id, call,
          opened_at, assigned_at, details, said, unread, preview, n)
order by n

-- name: set_state
-- Move it on.
update interaction set state = :state::text, agent_id = :agent_id::uuid, queue_id = coalesce(:queue_id::uuid, queue_id),
    assigned_at = coalesce(:assigned_at::timestamptz, assigned_at),
    closed_at = case when :state = 'closed' then coalesce(closed_at, :now::timestamptz) end,
    snoozed_until = null, is_quiet = false, follow_up_at = case when :state in ('closed', 'wrap_up') then follow_up_at end,
    disposition = coalesce(:disposition::text, disposition), version = version + 1
where id = :id::uuid

-- name: set_call
-- The telephone side of it.
update interaction set call = :call::jsonb, version = version + 1,
    answered_at = greatest(answered_at, (:call::jsonb ->> 'answered_at')::timestamptz)
where id = :id::uuid

-- name: mark_read
-- The agent has seen all of it.
update interaction set unread = 0, read_seq = last_seq, version = version + 1 where id = :id::uuid and unread > 0

-- name: mark_seen
-- The customer has seen it up to here.
update interaction set seen_seq = greatest(seen_seq, least(:seq::int, last_seq)) where id = :id::uuid

-- name: seq_until
-- How far a conversation was at a moment.
select max(seq) from message where interaction_id = :interaction_id::uuid and at <= :until::timestamptz

-- name: messages_seen
-- What was said to the customer up to here, and is not known to be read.
update message set delivery = 'read', error = null
where interaction_id = :interaction_id::uuid and direction = 'outbound' and seq <= :seq::int and delivery in ('sent', 'delivered')
returning *

-- name: add_details
-- More of what came with it.
update interaction set details = details || :details::jsonb, version = version + 1 where id = :id::uuid

-- name: unseen_replies
-- What was said to a customer who has not seen it, and has not had it by mail.
select m.* from message m join interaction i on i.id = m.interaction_id
where i.id = :id::uuid and m.direction = 'outbound' and m.seq > greatest(i.seen_seq, i.mailed_seq) order by m.seq limit 50

-- name: mark_mailed
-- The customer got it by mail up to here.
update interaction set mailed_seq = greatest(mailed_seq, :seq::int) where id = :id::uuid

-- name: words_of
-- What was said in a conversation, without what is among staff.
select * from message where interaction_id = :interaction_id::uuid and direction in ('inbound', 'outbound') order by seq limit 1000

-- name: count_messages
-- More messages in each of these, under their locks; returns how they stood before.
with said as (
    select * from unnest(:ids::uuid[], :counts::int[], :heard::boolean[], :answered::boolean[], :unread::int[], :previews::text[])
        as s (id, count, is_heard, is_answered, unread, preview)
), before as materialized (
    select i.id, i.last_seq, i.unread, i.preview from interaction i join said on said.id = i.id
)
update interaction i set last_seq = i.last_seq + s.count, version = i.version + s.count,
    unread = case when s.is_answered then s.unread else i.unread + s.unread end, preview = coalesce(s.preview, i.preview),
    customer_at = case when s.is_heard then greatest(i.customer_at, :at::timestamptz) else i.customer_at end,
    answered_at = case when s.is_answered then greatest(i.answered_at, :at) else i.answered_at end
from said s join before b on b.id = s.id
where i.id = s.id
returning i.id, b.last_seq, b.unread, b.preview, i.agent_id, i.channel, i.address

-- name: insert_messages
-- Messages in their places.
insert into message (id, interaction_id, seq, direction, author_kind, author_id, author_name, text, html, event, attachments,
                     delivery, client_id, account_id, external_id, raw_id, details, recipients, at)
select id, interaction_id, seq, direction, author_kind, author_id, author_name, text, html, event, attachments::jsonb, delivery,
       client_id, account_id, external_id, raw_id, details, recipients, at
from unnest(
    :id::uuid[], :interaction_id::uuid[], :seq::int[], :direction::text[], :author_kind::text[], :author_id::uuid[], :author_name::text[],
    :text::text[], :html::text[], :event::text[], :attachments::text[], :delivery::text[], :client_id::text[], :account_id::uuid[],
    :external_id::text[], :raw_id::bigint[], :details::jsonb[], :recipients::jsonb[], :at::timestamptz[])
    as m (id, interaction_id, seq, direction, author_kind, author_id, author_name, text, html, event, attachments, delivery,
          client_id, account_id, external_id, raw_id, details, recipients, at)

-- name: get_message
-- One message.
select * from message where id = :id::uuid

-- name: lock_message
-- One message for the change that follows.
select * from message where id = :id::uuid for update

-- name: addresses_of
-- Who is on the other side.
select id, address from interaction where id = any(:ids::uuid[])

-- name: open_chat
-- The open conversation of an address on an account.
select id from interaction where account_id = :account_id::uuid and address = :address::text and state <> 'closed' order by id desc limit 1

-- name: last_chat
-- The latest conversation of an address on an account.
select id from interaction where account_id = :account_id::uuid and address = :address::text order by id desc limit 1

-- name: last_words_with
-- What an address and staff said to each other over all chats on an account, and hand-overs; newest first.
select m.* from message m join interaction i on i.id = m.interaction_id
where i.account_id = :account_id::uuid and i.address = :address::text 
  and (m.direction in ('inbound', 'outbound') or m.event = 'transferred')
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

-- name: begin_posted
-- A text that belongs to no conversation is on its way, also what was refused or did not leave before, by the account by which it
-- goes now; no row when it went.
insert into posted_text (id, account_id, branch_id, number, text, folded, staff_id, interaction_id, at)
values (:id::uuid, :account_id::uuid, coalesce(:branch_id::uuid, (select branch_id from channel_account where id = :account_id)),
        :number::text, :text::text, :folded::text, :staff_id::uuid, :interaction_id::uuid, :at::timestamptz)
on conflict (id) do update set account_id = excluded.account_id, branch_id = excluded.branch_id, delivery = 'sending', error = null
    where posted_text.external_id is null and posted_text.delivery in ('queued', 'sending', 'uncertain', 'failed')
returning true

-- name: wait_posted
-- It did not leave, and waits for another try.
update posted_text set delivery = 'queued' where id = :id::uuid and delivery = 'sending' and external_id is null

-- name: lock_posted
-- One of them, for the change that follows.
select id, delivery, error from posted_text where id = :id::uuid for update

-- name: find_posted
-- Those with the stranger's id of it, or with our own, for the change that follows.
select id, number, delivery, error from posted_text
where account_id = :account_id::uuid and (external_id = :external_id::text or (external_id is null and id = :message_id::uuid))
order by id for update

-- name: save_posted
-- How far it came.
update posted_text set delivery = :delivery::text, error = :error::text, external_id = coalesce(external_id, :external_id::text)
where id = :id::uuid

-- name: list_messages
-- A page of a conversation, newest first.
select * from message where interaction_id = :interaction_id::uuid and seq < :before_seq::int order by seq desc limit :most::int

-- name: set_delivery
-- How far it came, and why no farther where something follows from that.
update message set delivery = :delivery::text, error = :error::text, external_id = coalesce(:external_id::text, external_id),
    details = case when :fault::text = '' then details else details || jsonb_build_object('fault', :fault) end
where id = :id::uuid

-- name: append_messages
-- Many messages to open conversations at once, each with its event; what is known by its external id is passed over.
-- Conversations are locked in one order, so that two batches cannot wait for each other, and before any position is taken.
with sent as (
    select * from unnest(:ids::uuid[], :interaction_ids::uuid[], :addresses::text[], :external_ids::text[], :client_ids::text[], :texts::text[],
                         :previews::text[], :events::text[])
        with ordinality as s (id, interaction_id, address, external_id, client_id, text, preview, event, n)
), locked as materialized (
    select id, last_seq, unread, agent_id, account_id, customer_id, address, address_name from interaction
    where id in (select interaction_id from sent) and state in ('queued', 'assigned') and snoozed_until is null and not is_quiet
      and channel = 'webchat'
    order by id for update
), fresh as materialized (
    select s.*, l.agent_id, l.account_id, l.customer_id, l.address_name, l.last_seq + s.place as seq, l.unread + s.place as unread
    from (
        select s.*, (row_number() over (partition by s.interaction_id order by s.n))::int as place
        from (select distinct on (interaction_id, external_id) * from sent order by interaction_id, external_id, n) s
        join locked on locked.id = s.interaction_id and locked.address = s.address
        where not exists (select from message m where m.account_id = locked.account_id and m.external_id = s.external_id)
    ) s join locked l on l.id = s.interaction_id
), added as (
    insert into message (id, interaction_id, seq, direction, author_kind, author_id, author_name, text, client_id, external_id, account_id, at)
    select id, interaction_id, seq, 'inbound', 'customer', customer_id, address_name, text, client_id, external_id, account_id, :now::timestamptz
    from fresh
), bumped as (
    update interaction i set last_seq = i.last_seq + f.count, unread = i.unread + f.count, version = i.version + 1, preview = f.preview,
        customer_at = greatest(i.customer_at, :now)
    from (select interaction_id, count(*)::int as count, (array_agg(preview order by place desc))[1] as preview from fresh group by interaction_id) f
    where i.id = f.interaction_id
), told as (
    insert into event_log (seq, at, kind, actor, subject, audience, data)
    select nextval('event_seq'), clock_timestamp(), :kind::text, :actor::text, 'interaction:' || f.interaction_id,
           array_remove(array['interaction:' || f.interaction_id, 'agent:' || f.agent_id, 'visitor:' || f.address], null),
           f.event::jsonb || jsonb_build_object('unread', f.unread, 'agent_id', f.agent_id, 'message', f.event::jsonb -> 'message' || jsonb_build_object(
               'seq', f.seq, 'author', jsonb_build_object('kind', 'customer', 'id', f.customer_id, 'name', f.address_name)))
    from (select * from fresh order by n) f
    returning seq as event_seq, at, kind, actor, subject, audience, data::text as data, (data -> 'message' ->> 'id')::uuid as message_id
)
select f.n::int as n, f.seq, f.customer_id, f.address_name, t.event_seq, t.at, t.kind, t.actor, t.subject, t.audience, t.data
from told t join fresh f on f.id = t.message_id order by f.n

-- name: messages_by_external
-- What is known by these ids.
select * from message where account_id = any(:account_ids::uuid[]) and external_id = any(:external_ids::text[])

-- name: find_thread
-- Conversations that a key of this account refers to, the latest first.
select t.interaction_id from thread_key t join interaction i on i.id = t.interaction_id
where t.account_id = :account_id::uuid and t.key = :key::text
order by (i.state <> 'closed') desc, t.created_at desc limit 1

-- name: find_continued
-- A chat that this mailbox wrote to its visitor about; the key was signed by us.
select t.interaction_id from thread_key t join interaction i on i.id = t.interaction_id
where t.account_id = :account_id::uuid and t.key = :key::text and i.channel in ('webchat', 'portal')

-- name: find_by_number
-- A conversation of this account by the number that people see.
select id from interaction where account_id = :account_id::uuid and number = :number::bigint

-- name: find_by_id
-- A conversation of this account by its id.
select id from interaction where account_id = :account_id::uuid and id = :id::uuid

-- name: find_open_thread
-- The open conversation that a key of this account refers to.
select t.interaction_id from thread_key t join interaction i on i.id = t.interaction_id
where t.account_id = :account_id::uuid and t.key = :key::text and i.state <> 'closed'
order by t.created_at desc limit 1

-- name: find_candidates
-- Conversations to which keys of this account refer, for each key the best first: the one that is meant by its number or
-- by an id that we signed; a chat that this mailbox wrote about; what is open, then the latest.
select a.n::int as n, c.id
from unnest(:keys::text[], :numbers::bigint[], :ids::uuid[], :only_open::boolean[]) with ordinality as a (key, number, id, only_open, n)
cross join lateral (
    select i.id, 0 as rank from interaction i
    where i.account_id = :account_id::uuid and (i.number = a.number or i.id = a.id)
    union all
    (select t.interaction_id, row_number() over (order by (i.state <> 'closed') desc, t.created_at desc)
     from thread_key t join interaction i on i.id = t.interaction_id
     where t.account_id = :account_id and t.key = a.key and a.number is null and (a.id is null or i.channel in ('webchat', 'portal'))
       and not (a.only_open and i.state = 'closed')
     order by (i.state <> 'closed') desc, t.created_at desc limit 20)) c
order by a.n, c.rank

-- name: add_thread_keys
-- What later messages may refer to.
insert into thread_key (account_id, key, interaction_id)
select :account_id::uuid, key, id from unnest(:keys::text[], :interaction_ids::uuid[]) as k (key, id)
on conflict do nothing

-- name: known_keys
-- Which of these ids somebody used here before.
select distinct key from thread_key where account_id = :account_id::uuid and key = any(:keys::text[])

-- name: references_of
-- Message-IDs of a conversation, oldest first.
select key from thread_key where interaction_id = :interaction_id::uuid and key like 'mid:%' order by created_at desc limit 20

-- name: lock_threads
-- One message at a time decides about each of these; several are locked in one order.
select pg_advisory_xact_lock(lock) from (
    select distinct hashtextextended(:account_id::text || key, 11) as lock from unnest(:keys::text[]) as s (key) order by 1) s

-- name: lock_thread
-- One message at a time decides about a new conversation of this key.
select pg_advisory_xact_lock(hashtextextended(:account_id::text || :key::text, 11))

-- name: insert_attachments
-- Stored files under their names.
insert into attachment (id, sha256, name, content_type, size, owner, interaction_id)
select * from unnest(:id::uuid[], :sha256::bytea[], :name::text[], :content_type::text[], :size::bigint[], :owner::text[],
                     :interaction_id::uuid[])

-- name: get_attachment
-- One attachment with whose data it is.
select a.id, a.sha256, a.name, a.content_type, a.size, a.owner, a.interaction_id, i.branch_id, i.address, i.channel, i.agent_id
from attachment a left join interaction i on i.id = a.interaction_id where a.id = :id::uuid and a.ticket_id is null

-- name: files_of_customer
-- Files that came and went with the messages of all records of a customer, the newest first.
select (f.file ->> 'id')::uuid as id, f.file ->> 'name' as name, f.file ->> 'content_type' as content_type,
       (f.file ->> 'size')::bigint as size, m.at, i.id as interaction_id, i.number, m.direction = 'outbound' as is_ours
from interaction i join message m on m.interaction_id = i.id cross join lateral jsonb_array_elements(m.attachments) as f (file)
where i.customer_id in (select customer_family(:customer_id::uuid))
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and m.direction in ('inbound', 'outbound') and m.attachments <> '[]'::jsonb
  and (:before::timestamptz is null or m.at < :before)
  and (:words::text = '' or position(:words in lower(f.file ->> 'name')) > 0)
order by m.at desc, id limit :most::int

-- name: bind_attachments
-- Uploaded files go with the message; only the own ones that are not bound yet.
update attachment set interaction_id = :interaction_id::uuid
where id = any(:ids::uuid[]) and owner = :owner::text and interaction_id is null and ticket_id is null
returning id, sha256, name, content_type, size

-- name: files_of_message
-- What is sent along.
select id, sha256, name, content_type from attachment where id = any(:ids::uuid[])

-- name: accept_raws
-- Keep what strangers said, count it, and leave the reading as jobs; known ids are passed over. Whether one may run now.
with said as (
    select * from unnest(:account_ids::uuid[], :external_ids::text[], :kinds::text[], :headers::text[], :bodies::bytea[])
        with ordinality as s (account_id, external_id, kind, headers, body, n)
), kept as (
    insert into raw_input (account_id, external_id, kind, headers, body)
    select account_id, external_id, kind, headers::jsonb, body from said order by n
    on conflict (account_id, external_id) do nothing
    returning id, account_id, external_id
), left_to_do as (
    select add_jobs('intake', array_agg(account_id::text order by id), array_agg(jsonb_build_object('raw_id', id) order by id)) as ready
    from kept having count(*) > 0
), counted as (
    insert into account_tally (account_id, seen, repeated)
    select s.account_id, count(*), count(*) - (select count(*) from kept k where k.account_id = s.account_id)
    from said s group by s.account_id order by s.account_id
    on conflict (account_id) do update set seen = account_tally.seen + excluded.seen, repeated = account_tally.repeated + excluded.repeated
)
select k.account_id, k.external_id, l.ready > 0 as is_ready from kept k cross join left_to_do l

-- name: save_place
-- How far an adapter has come, in the transaction of what it delivered.
update channel_account set place = :place::jsonb, last_seen_at = clock_timestamp() where id = :id::uuid

-- name: raws_to_read
-- The raw of a job, and what waits behind it for the same account: up to one that was tried before, within memory.
with waiting as (
    select id, attempts, (payload->>'raw_id')::bigint as raw_id from job
    where kind = 'intake' and key = :key::text and quarantined_at is null and id >= :job_id::bigint
    order by id limit :most::int
), fresh as (
    select id, raw_id, bool_and(attempts = 0 or id = :job_id) over (order by id) as is_next from waiting
), sized as (
    select w.id as job_id, r.id, sum(octet_length(r.body)) over (order by w.id) as bytes
    from fresh w join raw_input r on r.id = w.raw_id where w.is_next and r.outcome is null
)
select s.job_id, r.id, r.account_id, r.external_id, r.kind, r.headers, r.body
from sized s join raw_input r on r.id = s.id
where s.job_id = :job_id or s.bytes <= :most_bytes::bigint order by s.job_id

-- name: get_raw
-- One raw input.
select id, account_id, external_id, kind, headers, body, received_at, outcome from raw_input where id = :id::bigint

-- name: raws_done
-- What became of them.
update raw_input r set outcome = s.outcome, detail = s.detail, done_at = clock_timestamp()
from unnest(:ids::bigint[], :outcomes::text[], :details::text[]) as s (id, outcome, detail)
where r.id = s.id and r.outcome is null

-- name: long_texts
-- The texts of one name with what came of them: those that wait, and those around which a part may have come.
select t.id, t.total, t.opened_at, t.outcome,
    array(select p.place from long_text_part p where p.text_id = t.id order by p.place) as places,
    array(select p.digest from long_text_part p where p.text_id = t.id order by p.place) as digests
from long_text t where t.account_id = :account_id::uuid and t.key = :key::text and (t.opened_at >= :since::timestamptz or t.outcome is null)

-- name: get_long_text
-- One long text.
select id, account_id, key, opened_at, outcome from long_text where id = :id::bigint

-- name: long_text_times
-- When its last part came, and whether it was waited for after its time.
select waited_on, (select max(p.came_at) from long_text_part p where p.text_id = t.id) as latest_at
from long_text t where t.id = :id::bigint

-- name: open_long_text
-- The first part of a text came.
insert into long_text (account_id, key, total, opened_at)
values (:account_id::uuid, :key::text, :total::int, :opened_at::timestamptz) returning id

-- name: add_part
-- One part of it.
insert into long_text_part (text_id, place, raw_id, digest, came_at)
values (:text_id::bigint, :place::int, :raw_id::bigint, :digest::bytea, :came_at::timestamptz)

-- name: raws_of_long_text
-- Its parts as they came, in the order in which they were taken.
select p.place, r.id, r.external_id, r.kind, r.headers, r.body
from long_text_part p join raw_input r on r.id = p.raw_id where p.text_id = :text_id::bigint order by r.id

-- name: wait_on_long_text
-- Once for a moment after its time.
update long_text set waited_on = true where id = :id::bigint

-- name: end_long_text
-- It is shown, or was shown before.
update long_text set outcome = :outcome::text where id = :id::bigint

-- name: report_account
-- The account's health.
update channel_account set last_error = :error::text, last_error_at = case when :error is null then last_error_at else clock_timestamp() end,
    last_seen_at = case when :error is null then clock_timestamp() else last_seen_at end,
    last_fault = case when :error is null then '' else :fault::text end,
    failing_since = case when :error is null then null else coalesce(failing_since, clock_timestamp()) end,
    alarmed_at = case when :error is null then null else alarmed_at end
where id = :id::uuid

-- name: report_sending
-- Whether the account can send; no change when that is known.
update channel_account set sending_error = :error::text, sending_fault = case when :error is null then '' else :fault::text end,
    sending_failing_since = case when :error is null then null else coalesce(sending_failing_since, clock_timestamp()) end,
    sending_alarmed_at = case when :error is null then null else sending_alarmed_at end
where id = :id::uuid and sending_error is distinct from :error

-- name: list_accounts
-- Accounts of channels.
select id, kind, name, is_enabled, settings, secrets, queue_id, branch_id, place, version, last_seen_at, last_error, last_error_at
from channel_account
where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by kind, name

-- name: get_account
-- One account.
select id, kind, name, is_enabled, settings, secrets, queue_id, branch_id, place, version, last_seen_at, last_error, last_error_at,
       sending_error
from channel_account where id = :id::uuid

-- name: kinds_into
-- Which channels bring contacts into a queue.
select distinct kind from channel_account where queue_id = :queue_id::uuid

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

-- name: last_agents_of
-- Who spoke last with these customers in the last three days.
select distinct on (customer_id) customer_id, agent_id from interaction
where customer_id = any(:customers::uuid[]) and agent_id is not null and assigned_at > :now::timestamptz - interval '72 hours'
order by customer_id, assigned_at desc

-- name: interactions_as_documents
-- What these are called, whose they are, and whose data.
select i.id, i.number, i.agent_id, i.branch_id, c.name as customer_name
from interaction i join customer c on c.id = i.customer_id where i.id = any(:ids::uuid[])

-- name: hold_interactions
-- Conversations that stay while something of them is written, held in the order in which everybody locks several.
select id from interaction where id = any(:ids::uuid[]) order by id for key share

-- name: index_messages
-- What the search looks through of these messages; one that was removed meanwhile is passed over.
insert into message_search (message_id, interaction_id, folded)
select n.id, m.interaction_id, n.folded
from unnest(:ids::uuid[], :folded::text[]) as n (id, folded) join message m on m.id = n.id order by n.id
on conflict (message_id) do update set folded = excluded.folded where message_search.folded <> excluded.folded

-- name: index_interactions
-- What the search looks through of these conversations.
insert into interaction_search (interaction_id, folded)
select n.id, n.folded
from unnest(:ids::uuid[], :folded::text[]) as n (id, folded) join interaction i on i.id = n.id order by n.id
on conflict (interaction_id) do update set folded = excluded.folded where interaction_search.folded <> excluded.folded

-- name: plan_by_value
-- A rare word wants the index and a frequent one the newest rows: each search is planned for its own words, and ends in time.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', :milliseconds::text, true)

-- name: search_messages
-- Messages in scope that hold all words, newest first.
select m.id, m.seq, m.direction, m.author_kind, m.author_name, m.text, m.attachments, m.at,
       i.id as interaction_id, i.number, i.channel, i.state, i.subject, c.id as customer_id, c.name as customer_name
from message_search s join message m on m.id = s.message_id join interaction i on i.id = s.interaction_id
join customer c on c.id = i.customer_id
where s.message_id < :before::uuid and s.folded like :longest::text and s.folded like all(:others::text[])
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:channel::text is null or i.channel = :channel)
  and (:since::timestamptz is null or m.at >= :since) and (:until::timestamptz is null or m.at < :until)
order by s.message_id desc limit :most::int

-- name: search_interactions
-- Conversations in scope whose subject or address hold all words, or whose number it is, newest first.
select i.id as interaction_id, i.number, i.channel, i.state, i.subject, i.preview, i.address, i.opened_at as at,
       c.id as customer_id, c.name as customer_name
from interaction i join customer c on c.id = i.customer_id
where i.id in (select s.interaction_id from interaction_search s where s.folded like :longest::text and s.folded like all(:others::text[])
               union select n.id from interaction n where n.number = :number::bigint)
  and (i.opened_at, i.id) < (:before_at::timestamptz, :before::uuid)
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:channel::text is null or i.channel = :channel)
  and (:since::timestamptz is null or i.opened_at >= :since) and (:until::timestamptz is null or i.opened_at < :until)
order by i.opened_at desc, i.id desc limit :most::int

-- name: past_conversations
-- Conversations of a customer's records after a place of the timeline, newest first, with how much was said.
select i.*, q.name as queue_name, p.name as agent_name, w.wrap_up_until, w.is_extended,
       w.priority, w.is_emergency, q.wrap_up_mode, case when w.state = 'wrap_up' then w.changed_at end as wrap_up_since,
       s.inbound, s.outbound
from (
    select * from interaction
    where customer_id = any(:customers::uuid[]) and opened_at <= :before_at::timestamptz
      and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))
      and (:channel::text is null or channel = :channel)
      and case when call is null then :with_talks::boolean else :with_calls::boolean end
      and (opened_at, ('conversation:' || id::text) collate "C") < (:before_at, :before_key::text collate "C")
    order by opened_at desc, id desc limit :most::int) i
join queue q on q.id = i.queue_id left join staff p on p.id = i.agent_id left join work w on w.id = i.id
cross join lateral (
    select count(*) filter (where m.direction = 'inbound')::int as inbound, count(*) filter (where m.direction = 'outbound')::int as outbound
    from message m where m.interaction_id = i.id) s
order by i.opened_at desc, i.id desc

-- name: past_notes
-- What colleagues noted in conversations of a customer's records, after a place of the timeline, newest first.
select m.id, m.at, m.text, m.author_name, m.interaction_id, i.number, i.channel
from interaction i join message m on m.interaction_id = i.id and m.direction = 'note'
where i.customer_id = any(:customers::uuid[]) and m.at <= :before_at::timestamptz
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
  and (:channel::text is null or i.channel = :channel)
  and (m.at, ('note:' || m.id::text) collate "C") < (:before_at, :before_key::text collate "C")
order by m.at desc, m.id desc limit :most::int

-- name: count_conversations
-- How many conversations on which channel, and when was the last word from each side.
select channel, count(*)::int as conversations, max(customer_at) as last_in_at, max(answered_at) as last_out_at
from interaction
where customer_id = any(:customers::uuid[]) and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))
group by channel order by 2 desc, 1

-- name: open_conversations
-- What is open with a customer, newest first.
select i.id, i.channel, i.subject, i.preview, i.state, i.opened_at, p.name as agent_name
from interaction i left join staff p on p.id = i.agent_id
where i.customer_id = any(:customers::uuid[]) and i.state <> 'closed'
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
order by i.opened_at desc limit :most::int

-- name: outbound_accounts
-- Accounts in scope that can be written from first.
select id, kind, name from channel_account
where is_enabled and kind <> all(:never::text[]) and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))
order by kind, name

-- name: writing_accounts
-- Accounts that can begin a conversation by themselves, of a branch or of everybody.
select id, kind from channel_account
where is_enabled and kind = any(:kinds::text[]) and (kind <> 'email' or coalesce(settings ->> 'smtp_host', '') <> '')
  and (:branch_id::uuid is null or branch_id is null or branch_id = :branch_id)
order by branch_id is null, name

-- name: snooze
-- Out of sight until then; null brings it back.
update interaction set snoozed_until = :until::timestamptz, version = version + 1 where id = :id::uuid

-- name: set_quiet
-- Whether it weighs little since the customer is silent.
update interaction set is_quiet = :is_quiet::boolean where id = :id::uuid

-- name: silent_conversations
-- In which we spoke last, before then, and that weigh what they weigh; a call is never silent.
select i.id from work w join interaction i on i.id = w.id
where w.kind = 'interaction' and w.state = 'assigned' and w.agent_id is not null and w.full_units is null and w.units > 1 and i.call is null
  and i.answered_at < :before::timestamptz and (i.customer_at is null or i.customer_at <= i.answered_at)
order by i.answered_at limit :most::int

-- name: follow_up
-- Closed, and opened again then.
update interaction set follow_up_at = :at::timestamptz, version = version + 1 where id = :id::uuid

-- name: save_draft
-- What somebody is writing, the newest for all devices.
insert into draft (staff_id, interaction_id, kind, text, html, attachments, letter, client_id, at)
values (:staff_id::uuid, :interaction_id::uuid, :kind::text, :text::text, :html::text, :attachments::jsonb, :letter::jsonb, :client_id::text,
        :at::timestamptz)
on conflict (staff_id, interaction_id, kind) do update set text = excluded.text, html = excluded.html, letter = excluded.letter,
    attachments = excluded.attachments, client_id = excluded.client_id, at = excluded.at

-- name: drop_draft
-- Nothing is being written any more.
delete from draft where staff_id = :staff_id::uuid and interaction_id = :interaction_id::uuid and kind = :kind::text
returning kind

-- name: drop_sent_draft
-- It was sent as it stands; what was written since stays.
delete from draft where staff_id = :staff_id::uuid and interaction_id = :interaction_id::uuid and kind = :kind::text and btrim(text, E' \n\r\t') = btrim(:text::text, E' \n\r\t')
returning kind

-- name: drop_drafts_of
-- The conversation is over: nobody will send these.
delete from draft where interaction_id = :interaction_id::uuid returning staff_id, kind

-- name: drafts_of
-- What somebody is writing, for the snapshot.
select interaction_id, kind, text, html, attachments, letter, client_id, at from draft
where staff_id = :staff_id::uuid order by interaction_id, kind

-- name: own_uploads
-- Files that somebody stored and did not send yet.
select id, name, content_type, size from attachment
where id = any(:ids::uuid[]) and owner = :owner::text and interaction_id is null and ticket_id is null

-- name: list_answers
-- Answers that somebody may use, or with `for_all` also those that are switched off.
select id, scope, owner_id, branch_id, title, shortcut, texts, queue_id, channel, is_active, version from canned_answer
where id > :after::uuid and (scope = 'all' or owner_id = :staff_id::uuid
       or (scope = 'branch' and (:branches::uuid[] is null or branch_id = any(:branches))))
  and (is_active or :with_inactive::boolean)
  and (:words::text is null or search like '%' || :words || '%')
order by id limit :most::int

-- name: get_answer
-- One answer.
select id, scope, owner_id, branch_id, title, shortcut, texts, queue_id, channel, is_active, version from canned_answer where id = :id::uuid

-- name: save_answer
-- A new answer, or the next version of one; no row when somebody else changed it first.
insert into canned_answer (id, scope, owner_id, branch_id, title, shortcut, texts, search, queue_id, channel, is_active)
values (:id::uuid, :scope::text, :owner_id::uuid, :branch_id::uuid, :title::text, :shortcut::text, :texts::jsonb, :search::text, :queue_id::uuid,
        :channel::text, :is_active::boolean)
on conflict (id) do update set scope = excluded.scope, owner_id = excluded.owner_id, branch_id = excluded.branch_id,
    title = excluded.title, shortcut = excluded.shortcut, texts = excluded.texts, search = excluded.search,
    queue_id = excluded.queue_id, channel = excluded.channel, is_active = excluded.is_active, version = canned_answer.version + 1
    where canned_answer.version = :version::int
returning version

-- name: find_shortcut
-- Another answer of the same people under this shortcut.
select id from canned_answer where shortcut = :shortcut::text and id <> :id::uuid
  and owner_id is not distinct from :owner_id::uuid and branch_id is not distinct from :branch_id::uuid

-- name: past_with
-- What there was with a customer, newest first, as far as the reader or the offer reaches.
select i.id, i.number, i.channel, i.state, i.subject, i.preview, i.opened_at, i.closed_at, i.disposition, p.name as agent_name,
       (i.details -> 'rating' ->> 'score')::int as score
from interaction i left join staff p on p.id = i.agent_id
where i.customer_id = any(:customers::uuid[]) and i.id <> :beside::uuid
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
order by i.id desc limit :most::int

-- name: is_anybody_unproven
-- Whether somebody wrote here of whom nobody knows that the address is theirs.
select exists (select from message where interaction_id = :interaction_id::uuid and direction = 'inbound' and details ->> 'verdict' = 'unverified')

-- name: list_signatures
-- The own signature, and with the permission those of queues in scope.
select s.id, s.queue_id, q.name as queue_name, s.staff_id, s.texts, s.is_active, s.version
from signature s left join queue q on q.id = s.queue_id
where s.staff_id = :staff_id::uuid
   or (:with_queues::boolean and s.queue_id is not null and (:branches::uuid[] is null or q.branch_id is null or q.branch_id = any(:branches)))
order by s.staff_id nulls last, q.name limit 500

-- name: get_signature
-- One signature.
select s.id, s.queue_id, q.name as queue_name, s.staff_id, s.texts, s.is_active, s.version
from signature s left join queue q on q.id = s.queue_id where s.id = :id::uuid

-- name: other_signature
-- Another signature of the same queue or person.
select id from signature where id <> :id::uuid and queue_id is not distinct from :queue_id::uuid and staff_id is not distinct from :staff_id::uuid

-- name: save_signature
-- A new signature, or the next version of one; no row when somebody else changed it first.
insert into signature (id, queue_id, staff_id, texts, is_active)
values (:id::uuid, :queue_id::uuid, :staff_id::uuid, :texts::jsonb, :is_active::boolean)
on conflict (id) do update set texts = excluded.texts, is_active = excluded.is_active, version = signature.version + 1
    where signature.version = :version::int
returning version

-- name: signatures_for
-- What stands below a mail: the author's own first, then the queue's.
select texts from signature where is_active and (queue_id = :queue_id::uuid or staff_id = :staff_id::uuid) order by queue_id nulls first

-- name: own_addresses
-- Addresses of our mailboxes.
select lower(settings ->> 'address') as address from channel_account where kind = 'email' and settings ->> 'address' is not null

-- name: hold_reply
-- A reply that waits; no row when it was said under this client id before.
insert into held_reply (id, interaction_id, author_id, author_name, client_id, kind, said, text, attachments, due_at, created_at)
values (:id::uuid, :interaction_id::uuid, :author_id::uuid, :author_name::text, :client_id::text, :kind::text, :said::jsonb, :text::text,
        :attachments::jsonb, :due_at::timestamptz, :now::timestamptz)
on conflict (interaction_id, author_id, client_id) do nothing
returning id

-- name: get_held
-- One reply that waits or waited.
select h.*, i.branch_id, i.number, c.name as customer_name
from held_reply h join interaction i on i.id = h.interaction_id join customer c on c.id = i.customer_id where h.id = :id::uuid

-- name: held_by_client
-- What an author said under this client id.
select h.*, i.branch_id, i.number, c.name as customer_name
from held_reply h join interaction i on i.id = h.interaction_id join customer c on c.id = i.customer_id
where h.interaction_id = :interaction_id::uuid and h.author_id = :author_id::uuid and h.client_id = :client_id::text

-- name: last_held
-- Until when the latest reply with an undo of this author waits: what is said after it goes after it.
select max(due_at) from held_reply
where interaction_id = :interaction_id::uuid and author_id = :author_id::uuid and kind = 'undo' and state = 'waiting'

-- name: due_replies
-- What waits in a conversation and is due, in its order; `with_undo` also what could still be taken back.
select h.* from held_reply h
where h.interaction_id = :interaction_id::uuid and h.state = 'waiting' and (h.due_at <= :now::timestamptz or (:with_undo::boolean and h.kind = 'undo'))
order by h.due_at, h.id

-- name: settle_held
-- What became of a reply that waited; no row when that was decided before, or when it waits for another moment.
update held_reply set state = :state::text, version = version + 1, said = case when :state = 'sent' then '{}' else said end,
    text = case when :state = 'sent' then '' else text end
where id = :id::uuid and state = 'waiting' and version = :version::int
returning id

-- name: postpone_held
-- Another moment; no row when it was decided before, or changed by somebody else.
update held_reply set due_at = :due_at::timestamptz, version = version + 1
where id = :id::uuid and state = 'waiting' and kind = 'later' and version = :version::int
returning id

-- name: held_of_author
-- What an author's replies wait for, for the snapshot.
select h.*, i.branch_id, i.number, c.name as customer_name
from held_reply h join interaction i on i.id = h.interaction_id join customer c on c.id = i.customer_id
where h.author_id = :author_id::uuid and h.state = 'waiting' order by h.due_at, h.id limit 500

-- name: list_held
-- Replies that wait, the next first: the own ones, or of everybody in scope.
select h.*, i.branch_id, i.number, c.name as customer_name
from held_reply h join interaction i on i.id = h.interaction_id join customer c on c.id = i.customer_id
where h.state = 'waiting' and (:author_id::uuid is null or h.author_id = :author_id)
  and (:interaction_id::uuid is null or h.interaction_id = :interaction_id)
  and (:branches::uuid[] is null or i.branch_id is null or i.branch_id = any(:branches))
order by h.due_at, h.id limit :most::int

-- name: unbind_attachments
-- Files of a reply that was taken back belong to nobody's message again.
update attachment set interaction_id = null where id = any(:ids::uuid[]) and interaction_id = :interaction_id::uuid and owner = :owner::text

-- name: files_of_other
-- Files of another message of the conversation, to go along when it is passed on.
select attachments, seq from message where id = :id::uuid and interaction_id = :interaction_id::uuid and direction in ('inbound', 'outbound')

-- name: get_desk_setting
-- How somebody wants the desk.
select undo_seconds, is_mailed from desk_setting where staff_id = :staff_id::uuid

-- name: save_desk_setting
-- How somebody wants the desk from now on.
insert into desk_setting (staff_id, undo_seconds, is_mailed) values (:staff_id::uuid, :undo_seconds::int, :is_mailed::boolean)
on conflict (staff_id) do update set undo_seconds = excluded.undo_seconds, is_mailed = excluded.is_mailed, version = desk_setting.version + 1

-- name: lock_departures
-- Of one account one message at a time takes its turn.
select pg_advisory_xact_lock(hashtextextended(:account_id::text, 22))

-- name: get_departure
-- What left, or is about to.
select message_id, account_id, sha256, at from departure where message_id = :message_id::uuid

-- name: hour_is_full
-- How many seconds until an account that sent so many within an hour may send again; null while it may.
select extract(epoch from at - (:now::timestamptz - interval '1 hour'))::float8 from departure
where account_id = :account_id::uuid and at > :now - interval '1 hour' order by at desc offset :most::int - 1 limit 1

-- name: automatic_lately
-- How much no person wrote went to an address within an hour and a day, and from an account within an hour.
select count(*) filter (where address = :address::text and at > :now::timestamptz - interval '1 hour')::int as hour,
       count(*) filter (where address = :address)::int as day,
       count(*) filter (where account_id = :account_id::uuid and at > :now - interval '1 hour')::int as account
from departure where is_automatic and at > :now - interval '1 day' and (address = :address or account_id = :account_id)

-- name: insert_departure
-- It takes its turn.
insert into departure (message_id, account_id, address, is_automatic, at)
values (:message_id::uuid, :account_id::uuid, :address::text, :is_automatic::boolean, :at::timestamptz) on conflict do nothing

-- name: keep_departure
-- Its bytes, once.
update departure set sha256 = coalesce(sha256, :sha256::bytea) where message_id = :message_id::uuid returning sha256

-- name: original_of
-- The bytes of a message as they came or went, and whose data it is.
select m.seq, i.number, i.branch_id, d.sha256, r.kind, r.body
from message m join interaction i on i.id = m.interaction_id
left join departure d on d.message_id = m.id left join raw_input r on r.id = m.raw_id
where m.id = :id::uuid

-- name: whole_mail
-- What of a mail is shown when somebody asks, and whose data it is.
select i.branch_id, m.text, m.details ->> 'full_text' as full_text, m.details -> 'pictures' ->> :number::int as picture
from message m join interaction i on i.id = m.interaction_id where m.id = :id::uuid

-- name: standing_of
-- What people decided about somebody who speaks in a conversation.
select id, state from interaction_participant where interaction_id = :interaction_id::uuid and address = :address::text

-- name: add_participants
-- Who was named or spoke, not we ourselves. Who is there already stays as they are, but that a good word confirms who waits for one.
insert into interaction_participant (id, interaction_id, address, name, origin, state, added_at)
select n.id, :interaction_id::uuid, n.address, :name::text, :origin::text, :state::text, :now::timestamptz
from unnest(:ids::uuid[], :addresses::text[]) as n (id, address)
where (select count(*) from interaction_participant where interaction_id = :interaction_id) < 50
  and not exists (select from channel_account a where a.kind = 'email'
                  and a.settings ->> 'address' = regexp_replace(n.address, '[+][^@]*@', '@'))
on conflict (interaction_id, address) do update set state = excluded.state
    where excluded.state = 'confirmed' and interaction_participant.state = 'pending'
returning id, address

-- name: participants_of
-- Who takes part beside the customer, in the order in which they came.
select id, address, name, origin, state, added_at, decided_at from interaction_participant
where interaction_id = :interaction_id::uuid order by added_at, id

-- name: get_participant
-- One of them.
select id, address, name, origin, state, added_at, decided_at from interaction_participant
where interaction_id = :interaction_id::uuid and id = :id::uuid

-- name: decide_participant
-- What somebody decided about them.
update interaction_participant set state = :state::text, decided_by = :by::uuid, decided_at = :now::timestamptz where id = :id::uuid

-- name: flagged_messages
-- What somebody said who was to be confirmed.
select * from message
where interaction_id = :interaction_id::uuid and direction = 'inbound' and details -> 'participant' ->> 'id' = :participant_id::text
order by seq for update

-- name: hollow_message
-- It went into another conversation; its place says so.
update message set direction = 'system', author_kind = 'system', author_id = null, author_name = '', text = :text::text, html = null,
    event = 'moved', attachments = '[]', client_id = null, external_id = null, raw_id = null, details = '{}'
where id = :id::uuid

-- name: move_attachments
-- Files go where their message went.
update attachment set interaction_id = :to_id::uuid where interaction_id = :from_id::uuid and id = any(:ids::uuid[])

-- name: move_thread_key
-- Answers to it go where it went, unless a message that stays bears the same id.
update thread_key set interaction_id = :to_id::uuid
where account_id = :account_id::uuid and key = :key::text and interaction_id = :from_id::uuid
  and not exists (select from message m where m.interaction_id = :from_id and 'mid:' || (m.details ->> 'message_id') = :key)

-- name: count_anew
-- What is unread, and what was said last, after messages went away.
update interaction i set version = version + 1,
    unread = least(i.unread, (select count(*) from message m where m.interaction_id = i.id and m.direction = 'inbound' and m.seq > i.read_seq)),
    preview = coalesce((select left(btrim(regexp_replace(m.text, '\s+', ' ', 'g')), 140) from message m where m.interaction_id = i.id and m.direction in ('inbound', 'outbound')
                        order by m.seq desc limit 1), '')
where i.id = :id::uuid
returning unread, preview, agent_id, channel, address

-- name: link_interactions
-- One began because of the other.
insert into interaction_link (from_id, to_id, reason) values (:from_id::uuid, :to_id::uuid, :reason::text) on conflict do nothing

-- name: links_of
-- What a conversation follows, and what follows it.
select i.id, i.number, i.channel, i.subject, i.state, i.branch_id, l.reason, l.created_at, l.from_id = i.id as is_earlier
from interaction_link l join interaction i on i.id = case when l.from_id = :id::uuid then l.to_id else l.from_id end
where :id in (l.from_id, l.to_id) order by l.created_at, i.id limit 100

-- name: open_sequel
-- The open conversation in which a closed one goes on with the same address.
select i.id from interaction_link l join interaction i on i.id = l.to_id
where l.from_id = :id::uuid and l.reason = 'closed' and i.state <> 'closed' and i.address = :address::text order by i.id desc limit 1

-- name: bounces_of
-- Which of these addresses send mail back, and have not written since.
select b.address, b.hard_at, b.soft_at, b.softs, b.status, b.reason from bounced_address b
where b.address = any(:addresses::text[]) and not exists (
    select from channel_account a join interaction i on i.account_id = a.id and i.address = b.address
    where a.kind = 'email' and i.customer_at > greatest(b.hard_at, b.soft_at))

-- name: mark_bounce
-- Mail to this address came back. What lies more than a month apart is not the same trouble.
insert into bounced_address (address, hard_at, soft_at, softs, status, reason)
values (:address::text, case when :is_hard::boolean then :now::timestamptz end, case when not :is_hard then :now end,
        (not :is_hard)::int, :status::text, :reason::text)
on conflict (address) do update set hard_at = coalesce(excluded.hard_at, bounced_address.hard_at),
    soft_at = coalesce(excluded.soft_at, bounced_address.soft_at), status = excluded.status, reason = excluded.reason,
    softs = case when bounced_address.soft_at < :now - interval '30 days' then 0 else bounced_address.softs end + excluded.softs

-- name: clear_bounce
-- Mail to it arrives again.
delete from bounced_address where address = :address::text

-- name: mailbox_counts
-- What each mailbox was given and what became of it. What was read long ago is counted already; jobs tell of the rest.
select a.id, a.name, a.settings ->> 'address' as address, a.is_enabled, a.branch_id, a.place, a.last_seen_at, a.last_error, a.last_error_at,
       a.last_fault, a.failing_since, a.sending_error, a.sending_fault, a.sending_failing_since, coalesce(a.settings ->> 'imap_host', '') <> '' as is_fetched,
       coalesce(t.seen, 0) as seen, coalesce(t.repeated, 0) as refused, coalesce(t.stored, 0) + since.read as stored,
       open.waiting, open.quarantined, open.oldest_at
from channel_account a left join account_tally t on t.account_id = a.id
cross join lateral (
    select count(*) as read from raw_input r where r.account_id = a.id and r.id > coalesce(t.counted_to, 0) and r.outcome is not null) since
cross join lateral (
    select count(*) filter (where j.quarantined_at is null) as waiting, count(*) filter (where j.quarantined_at is not null) as quarantined,
           min(j.created_at) filter (where j.quarantined_at is null) as oldest_at
    from job j join raw_input r on r.id = (j.payload ->> 'raw_id')::bigint and r.outcome is null
    where j.kind = 'intake' and j.key = a.id::text) open
where a.kind = 'email' and (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches))
order by a.name

-- name: count_up
-- Count what was read some time ago once and for all: up to the first that is not read, and nothing that may be uncommitted.
with reach as (
    select t.account_id, t.counted_to, least(
        coalesce((select min(r.id) - 1 from raw_input r where r.account_id = t.account_id and r.id > t.counted_to and r.outcome is null), 9223372036854775807),
        coalesce((select max(r.id) from raw_input r where r.account_id = t.account_id and r.id > t.counted_to and r.received_at < :before::timestamptz), 0)) as to_id
    from account_tally t
)
update account_tally t set counted_to = reach.to_id, stored = t.stored + (
    select count(*) from raw_input r where r.account_id = t.account_id and r.id > reach.counted_to and r.id <= reach.to_id)
from reach where reach.account_id = t.account_id and t.counted_to = reach.counted_to and reach.to_id > reach.counted_to

-- name: failing_mailboxes
-- Which have failed since before then, and nobody was told.
select id, name, branch_id from channel_account
where kind = 'email' and is_enabled and ((failing_since < :before::timestamptz and alarmed_at is null)
      or (sending_failing_since < :before and sending_alarmed_at is null)) order by id limit 50 for update skip locked

-- name: alarm_account
-- People were told of what fails since before then.
update channel_account set alarmed_at = case when failing_since < :before::timestamptz then :now::timestamptz else alarmed_at end,
    sending_alarmed_at = case when sending_failing_since < :before then :now else sending_alarmed_at end
where id = :id::uuid

-- name: accounts_as_documents
-- What these are called, and whose they are.
select id, name, branch_id from channel_account where id = any(:ids::uuid[])

-- name: agent_mails_due
-- What customers wrote to agents who are away, want it by mail and have not read it, nor been told of it; the oldest first.
select m.id as message_id, m.interaction_id, s.id as staff_id, lower(s.email) as address,
       coalesce(case when c.kind = 'email' then c.id end, (
           select o.id from channel_account o where o.kind = 'email' and o.is_enabled and o.settings ->> 'smtp_host' <> '' order by o.id limit 1)) as account_id
from desk_setting d join staff s on s.id = d.staff_id join agent a on a.staff_id = s.id
join interaction i on i.state in ('assigned', 'queued') and i.call is null and i.channel <> 'webchat' and i.snoozed_until is null
join channel_account c on c.id = i.account_id
left join work w on w.id = i.id
join message m on m.interaction_id = i.id and m.direction = 'inbound' and m.seq > i.read_seq
where d.is_mailed and s.is_active and s.kind = 'staff' and s.email like '%_@_%' and a.state <> 'available'
  and case when i.state = 'assigned' then i.agent_id = s.id else w.state = 'queued' and w.sticky_agent_id = s.id end
  and m.at > :now::timestamptz - interval '1 day' and (i.answered_at is null or m.at > i.answered_at)
  and not exists (select from agent_mail t where t.staff_id = s.id and t.message_id = m.id)
  and (c.kind = 'email' or exists (
      select from channel_account o where o.kind = 'email' and o.is_enabled and o.settings ->> 'smtp_host' <> ''))
order by m.at, m.id limit :most::int

-- name: insert_agent_mail
-- A mail to an agent about one message, once.
insert into agent_mail (id, interaction_id, staff_id, message_id, address, account_id, at)
values (:id::uuid, :interaction_id::uuid, :staff_id::uuid, :message_id::uuid, :address::text, :account_id::uuid, :now::timestamptz)
on conflict (staff_id, message_id) do nothing returning id

-- name: get_agent_mail
-- A mail to an agent, with what it says.
select e.id, e.interaction_id, e.staff_id, e.message_id, e.address, e.account_id, e.at, s.name as staff_name, s.locale,
       m.text, i.number, c.name as customer_name
from agent_mail e join staff s on s.id = e.staff_id join message m on m.id = e.message_id
join interaction i on i.id = e.interaction_id join customer c on c.id = i.customer_id where e.id = :id::uuid

-- name: waits_for
-- Whether a conversation waits for this agent before all others.
select true from work where id = :id::uuid and state = 'queued' and sticky_agent_id = :staff_id::uuid

-- name: phone_of
-- At which number or SIP address somebody answers; no row: in the browser.
select address from agent_phone where staff_id = :staff_id::uuid

-- name: save_phone
-- Where somebody answers from now on.
insert into agent_phone (staff_id, address) values (:staff_id::uuid, :address::text)
on conflict (staff_id) do update set address = excluded.address

-- name: drop_phone
-- They answer in the browser again.
delete from agent_phone where staff_id = :staff_id::uuid

-- name: staff_branch
-- Whose data somebody's phone is.
select branch_id from staff where id = :staff_id::uuid

-- name: lock_use
-- One at a time decides whether an account may begin more.
select pg_advisory_xact_lock(hashtextextended(:account_id::text, 23))

-- name: use_lately
-- What an account began within the hour, and spent since the day began (UTC); what has no price yet counts as nothing.
select (select count(*) from carrier_use where account_id = :account_id::uuid and at > :now::timestamptz - interval '1 hour') as hour,
       (select coalesce(sum(price), 0) from carrier_price
        where account_id = :account_id::uuid and at >= date_trunc('day', :now::timestamptz, 'UTC')) as spent

-- name: insert_use
-- That a carrier is about to be asked.
insert into carrier_use (id, account_id, kind, number, interaction_id, at)
values (:id::uuid, :account_id::uuid, :kind::text, :number::text, :interaction_id::uuid, :at::timestamptz)

-- name: note_message
-- Whether a caller hears the tone after which a message is left.
update interaction set details = details || jsonb_build_object('leaves_message', :is_begun::boolean) where id = :id::uuid

-- name: note_voicemail
-- That a caller left a message.
update interaction set details = details || jsonb_build_object('voicemail', :seconds::int) where id = :id::uuid

-- name: free_of_queue
-- Who of a queue has room for a call and is idle for longest.
select a.staff_id from queue q, agent a join staff p on p.id = a.staff_id
where q.id = :queue_id::uuid and p.is_active and a.staff_id <> :but::uuid and a.state = 'available'
  and a.heartbeat_at > clock_timestamp() - interval '15 seconds' and a.used_units + :units::int <= a.capacity_units and a.trust >= q.trust
  and not exists (select from jsonb_each_text(q.skills) n where not exists (
      select from agent_skill s where s.staff_id = a.staff_id and s.skill_id = n.key::uuid and s.level >= n.value::int))
  and exists (select from staff_role t join role r on r.id = t.role_id where t.staff_id = a.staff_id and q.permission = any(r.permissions))
order by a.idle_since limit 1

-- name: get_grant
-- The sealed tokens of one grant.
select sealed from oauth_grant where origin = :origin::bytea

-- name: claim_grant
-- Become the one who renews a grant for a while; no row while somebody else is.
insert into oauth_grant (origin, claimed_until)
values (:origin::bytea, clock_timestamp() + :seconds::float8 * interval '1 second')
on conflict (origin) do update set claim = oauth_grant.claim + 1, claimed_until = excluded.claimed_until
    where oauth_grant.claimed_until is null or oauth_grant.claimed_until < clock_timestamp()
returning claim

-- name: keep_grant
-- Both tokens in one commit, by whoever holds the claim; what nobody renewed for half a year is over.
with old as (delete from oauth_grant where renewed_at < clock_timestamp() - interval '180 days' and origin <> :origin::bytea)
update oauth_grant set sealed = :sealed::bytea, claimed_until = null, renewed_at = clock_timestamp()
where origin = :origin and claim = :claim::bigint

-- name: release_grant
-- Nothing was granted; the next one may try.
update oauth_grant set claimed_until = null where origin = :origin::bytea and claim = :claim::bigint
