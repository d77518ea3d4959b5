-- name: rule_of_queue
-- What a queue that takes calls does for those who wait, and from which telephone: its own, else the first of its branch.
select q.id as queue_id, q.target_seconds, coalesce(r.is_offered, true) as is_offered, coalesce(r.keep_minutes, 10) as keep_minutes,
       r.voicemail_after_seconds,
       coalesce(r.is_voicemail_when_closed, false) as is_voicemail_when_closed, coalesce(r.version, 0) as version, (
           select a.id from channel_account a where a.kind in ('voice', 'ari') and a.is_enabled and (q.channels is null or 'voice' = any(q.channels))
             and (a.id = r.account_id or r.account_id is null and (a.branch_id is null or a.branch_id = q.branch_id))
           order by a.branch_id nulls last, a.name limit 1) as account_id
from queue q left join callback_rule r on r.queue_id = q.id where q.id = :queue_id::uuid

-- name: list_rules
-- What every queue in sight does.
select q.id as queue_id, q.name as queue_name, q.target_seconds, coalesce(r.is_offered, true) as is_offered,
       coalesce(r.keep_minutes, 10) as keep_minutes, coalesce(r.version, 0) as version,
       r.voicemail_after_seconds, coalesce(r.is_voicemail_when_closed, false) as is_voicemail_when_closed, r.account_id, exists (
           select from channel_account a where a.kind in ('voice', 'ari') and a.is_enabled and (q.channels is null or 'voice' = any(q.channels))
             and (a.id = r.account_id or r.account_id is null and (a.branch_id is null or a.branch_id = q.branch_id))) as can_call
from queue q left join callback_rule r on r.queue_id = q.id
where q.is_active and (:branches::uuid[] is null or q.branch_id is null or q.branch_id = any(:branches)) order by q.name

-- name: save_rule
-- What a queue does from now on; no row when somebody else changed it first.
insert into callback_rule (queue_id, is_offered, account_id, keep_minutes, voicemail_after_seconds, is_voicemail_when_closed)
values (:queue_id::uuid, :is_offered::boolean, :account_id::uuid, :keep_minutes::int, :voicemail_after_seconds::int,
        :is_voicemail_when_closed::boolean)
on conflict (queue_id) do update set is_offered = excluded.is_offered, account_id = excluded.account_id,
    keep_minutes = excluded.keep_minutes, voicemail_after_seconds = excluded.voicemail_after_seconds,
    is_voicemail_when_closed = excluded.is_voicemail_when_closed, version = callback_rule.version + 1
    where callback_rule.version = :version::int
returning version

-- name: is_telephone
-- Whether this account is a telephone in sight.
select exists (select from channel_account where id = :id::uuid and kind in ('voice', 'ari')
    and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)))

-- name: insert_callback
-- A promise, once for each request of somebody.
insert into callback (id, source_id, account_id, queue_id, branch_id, customer_id, number, locale, state, first_enqueued_at, priority,
                      is_emergency, attributes, agent_id, next_try_at, requested_by, client_id, note, created_at)
values (:id::uuid, :source_id::uuid, :account_id::uuid, :queue_id::uuid, :branch_id::uuid, :customer_id::uuid, :number::text, :locale::text,
        'scheduled', :first_enqueued_at::timestamptz, :priority::int, :is_emergency::boolean, :attributes::jsonb, :agent_id::uuid,
        :next_try_at::timestamptz, :requested_by::text, :client_id::text, :note::text, :created_at::timestamptz)

-- name: find_requested
-- What this request made before.
select id from callback where requested_by = :requested_by::text and client_id = :client_id::text

-- name: lock_number
-- One at a time decides whether a number is called.
select pg_advisory_xact_lock(hashtextextended(:number::text, 17))

-- name: find_open
-- The promise under way to call this number: one that waits, is tried, or waits for another try.
select id from callback where number = :number::text and closed_at is null and (state <> 'scheduled' or attempts > 0) limit 1

-- name: lock_callback
-- One promise for the change that follows.
select * from callback where id = :id::uuid for update

-- name: is_taken
-- Whether an agent has it already, offered or taken by hand.
select exists (select from work where id = :id::uuid and state in ('assigned', 'wrap_up'))

-- name: save_callback
-- What it is now.
update callback set state = :state::text, attempts = :attempts::int, next_try_at = :next_try_at::timestamptz, reason = :reason::text,
    agent_id = :agent_id::uuid, queue_id = :queue_id::uuid, first_enqueued_at = :first_enqueued_at::timestamptz,
    closed_at = :closed_at::timestamptz, version = version + 1
where id = :id::uuid

-- name: get_callback
-- One promise as people see it.
select c.*, u.name as customer_name, q.name as queue_name, p.name as agent_name,
       case when c.state = 'waiting' then case w.state when 'offered' then 'offered' when 'assigned' then 'dialling' else 'waiting' end else c.state end as shown
from callback c join customer u on u.id = c.customer_id join queue q on q.id = c.queue_id
left join staff p on p.id = c.agent_id left join work w on w.id = c.id
where c.id = :id::uuid

-- name: list_callbacks
-- Promises in sight, newest first.
select * from (
    select c.*, u.name as customer_name, q.name as queue_name, p.name as agent_name,
           case when c.state = 'waiting' then case w.state when 'offered' then 'offered' when 'assigned' then 'dialling' else 'waiting' end else c.state end as shown
    from callback c join customer u on u.id = c.customer_id join queue q on q.id = c.queue_id
    left join staff p on p.id = c.agent_id left join work w on w.id = c.id
    where (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
      and (:queue_id::uuid is null or c.queue_id = :queue_id) and (:customer_id::uuid is null or c.customer_id = :customer_id)
      and (:owner::uuid is null or c.agent_id = :owner or c.requested_by = 'staff:' || :owner)
      and (not :is_open::boolean or c.closed_at is null)
      and (:before::uuid is null or (c.created_at, c.id) < (select created_at, id from callback where id = :before))
    order by c.created_at desc, c.id desc
) found where :state::text is null or shown = :state order by created_at desc, id desc limit :most::int

-- name: recent_of_address
-- The last conversations with this address that were over since then.
select id from interaction where account_id = :account_id::uuid and address = :address::text and closed_at > :since::timestamptz
order by id desc limit 3

-- name: call_of
-- The conversation of a caller who waits, once the call was read.
select t.interaction_id, i.queue_id, q.hours, extract(epoch from now() - i.opened_at)::float8 as waited_seconds
from thread_key t join interaction i on i.id = t.interaction_id join queue q on q.id = i.queue_id
where t.account_id = :account_id::uuid and t.key = :key::text and i.state = 'queued' limit 1

-- name: is_call_known
-- Whether the beginning of a call was read.
select exists (select from thread_key where account_id = :account_id::uuid and key = :key::text)

-- name: name_source
-- On the conversation that it came from: which call follows, and to where.
update interaction set details = details || jsonb_build_object('callback', :callback::jsonb) where id = :id::uuid
