-- name: insert_recording
-- Something that the carrier recorded, once; no row when it is known.
insert into call_recording (id, account_id, external_id, interaction_id, kind, state, seconds, made_at)
values (:id::uuid, :account_id::uuid, :external_id::text, :interaction_id::uuid, :kind::text, :state::text, :seconds::int,
        :made_at::timestamptz)
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
update call_recording r set kept_until = r.made_at + make_interval(days => case r.kind when 'voicemail' then u.voicemail_days else u.keep_days end)
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
