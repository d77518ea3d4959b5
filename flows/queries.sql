-- name: list_flows
-- Flows in sight.
select f.id, f.name, f.branch_id, f.draft, f.published, f.version,
       array(select u.account_id from call_flow_use u where u.flow_id = f.id order by u.account_id) as account_ids,
       exists (select from call_flow_use u join channel_account a on a.id = u.account_id where u.flow_id = f.id and a.kind = 'ari') as plays_only
from call_flow f where :branches::uuid[] is null or f.branch_id is null or f.branch_id = any(:branches) order by f.name, f.id

-- name: get_flow
-- One flow.
select f.id, f.name, f.branch_id, f.draft, f.published, f.version,
       array(select u.account_id from call_flow_use u where u.flow_id = f.id order by u.account_id) as account_ids,
       exists (select from call_flow_use u join channel_account a on a.id = u.account_id where u.flow_id = f.id and a.kind = 'ari') as plays_only
from call_flow f where f.id = :id::uuid

-- name: lock_flow
-- One flow for the change that follows.
select id, name, branch_id, draft, published, version from call_flow where id = :id::uuid for update

-- name: insert_flow
-- A new flow.
insert into call_flow (id, name, branch_id, draft) values (:id::uuid, :name::text, :branch_id::uuid, :draft::jsonb)

-- name: save_flow
-- The next draft.
update call_flow set name = :name::text, branch_id = :branch_id::uuid, draft = :draft::jsonb, version = version + 1 where id = :id::uuid

-- name: drop_uses
-- Numbers in sight that the flow answers no more.
delete from call_flow_use u using channel_account a
where u.flow_id = :flow_id::uuid and u.account_id <> all(:account_ids::uuid[]) and a.id = u.account_id
  and (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches))

-- name: save_uses
-- Numbers that the flow answers, whoever did before.
insert into call_flow_use (account_id, flow_id) select unnest(:account_ids::uuid[]), :flow_id::uuid
on conflict (account_id) do update set flow_id = excluded.flow_id

-- name: telephones
-- How many of these accounts are telephones in sight, or the flow's already.
select count(*) from channel_account a where id = any(:account_ids::uuid[]) and kind in ('voice', 'ari')
    and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)
         or exists (select from call_flow_use u where u.account_id = a.id and u.flow_id = :flow_id::uuid))

-- name: queues_in_sight
-- Which of these queues take calls and are in sight.
select id from queue where id = any(:ids::uuid[]) and is_active and (channels is null or 'voice' = any(channels))
    and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))

-- name: calendars_known
-- Which of these calendars there are.
select id from sla_calendar where id = any(:ids::uuid[])

-- name: insert_version
-- A draft becomes a version; returns its number.
insert into call_flow_version (flow_id, number, flow, published_at, published_by)
select :flow_id::uuid, coalesce(max(number), 0) + 1, :flow::jsonb, :now::timestamptz, :published_by::text
from call_flow_version where flow_id = :flow_id::uuid
returning number

-- name: is_version
-- Whether a flow has had this version.
select exists (select from call_flow_version where flow_id = :flow_id::uuid and number = :number::int)

-- name: publish_version
-- What new calls begin with.
update call_flow set published = :number::int, version = version + 1 where id = :flow_id::uuid

-- name: list_versions
-- What was published, newest first, with how many calls began with it.
select v.number, v.flow, v.published_at, v.published_by,
       (select count(*) from flow_call c where c.flow_id = v.flow_id and c.number = v.number) as calls
from call_flow_version v where v.flow_id = :flow_id::uuid order by v.number desc limit 50

-- name: step_figures
-- By which exits the steps of a version were left lately; who hung up is at the step where the call stands.
select step, exit, count(*) as calls from (
    select p.step, p.exit from flow_call c join flow_passage p on p.account_id = c.account_id and p.call_id = c.call_id
    where c.flow_id = :flow_id::uuid and c.number = :number::int and c.began_at >= :since::timestamptz
    union all
    select c.place->>'step', 'hung_up' from flow_call c
    where c.flow_id = :flow_id::uuid and c.number = :number::int and c.began_at >= :since::timestamptz and c.ended is null
      and exists (select from thread_key t join interaction i on i.id = t.interaction_id
                  where t.account_id = c.account_id and t.key = 'call:' || c.call_id and i.state = 'closed')
) told group by step, exit order by step, exit

-- name: flow_of_account
-- What answers at a number.
select f.id as flow_id, v.number, v.flow from call_flow_use u join call_flow f on f.id = u.flow_id
join call_flow_version v on v.flow_id = f.id and v.number = f.published where u.account_id = :account_id::uuid

-- name: played_flow
-- What is published of a flow that answers at a telephone which plays sounds and speaks no words.
select v.flow from call_flow f join call_flow_version v on v.flow_id = f.id and v.number = f.published
where f.id = :flow_id::uuid and exists (select from call_flow_use u join channel_account a on a.id = u.account_id where u.flow_id = f.id and a.kind = 'ari')

-- name: insert_call
-- A call begins, once.
insert into flow_call (account_id, call_id, flow_id, number, place, began_at)
values (:account_id::uuid, :call_id::text, :flow_id::uuid, :number::int, :place::jsonb, :now::timestamptz)
on conflict do nothing returning call_id

-- name: lock_call
-- Where a call is, with the version that it began with.
select c.call_id, c.place, c.turn, c.played, c.ended, v.flow from flow_call c
join call_flow_version v on v.flow_id = c.flow_id and v.number = c.number
where c.account_id = :account_id::uuid and c.call_id = :call_id::text for update of c

-- name: save_call
-- Where a call is now, and what it was told.
update flow_call set place = :place::jsonb, turn = :turn::int, played = :played::jsonb, ended = :ended::text
where account_id = :account_id::uuid and call_id = :call_id::text

-- name: insert_passages
-- Steps that a call has left.
insert into flow_passage (account_id, call_id, position, step, exit, typed, at)
select :account_id::uuid, :call_id::text,
       (select count(*) from flow_passage where account_id = :account_id and call_id = :call_id) + told.place, told.step, told.exit,
       told.typed, :now::timestamptz
from unnest(:steps::text[], :exits::text[], :typed::text[]) with ordinality as told (step, exit, typed, place)

-- name: path_of_call
-- The steps that a call went through.
select p.step, p.exit, p.typed, p.at, v.flow from flow_passage p
join flow_call c on c.account_id = p.account_id and c.call_id = p.call_id
join call_flow_version v on v.flow_id = c.flow_id and v.number = c.number
where p.account_id = :account_id::uuid and p.call_id = :call_id::text order by p.position

-- name: call_of_interaction
-- By which call a conversation began, and how that stands in its flow.
select i.account_id, i.call->>'call_id' as call_id, i.state, f.name, c.began_at, c.ended, c.place->>'step' as step, v.flow
from interaction i join flow_call c on c.account_id = i.account_id and c.call_id = i.call->>'call_id'
join call_flow f on f.id = c.flow_id join call_flow_version v on v.flow_id = c.flow_id and v.number = c.number
where i.id = :interaction_id::uuid

-- name: hours_of
-- The hours of a calendar.
select hours from sla_calendar where id = :id::uuid

-- name: caller
-- Whose number this is.
select c.id, c.tier_id from identity i join customer c on c.id = i.customer_id where i.kind = 'phone' and i.value = :number::text

-- name: request_of_caller
-- How a request of this caller stands; complaints have ways of their own.
select s.names from ticket t join ticket_status s on s.id = t.status_id join identity i on i.customer_id = t.customer_id
where i.kind = 'phone' and i.value = :number::text and t.serial = :serial::bigint and t.kind <> 'complaint'
  and not t.is_confidential order by t.opened_at desc limit 1

-- name: list_sounds
-- Sounds in sight, with the flows that name them.
select s.id, s.name, s.branch_id, s.version, a.content_type, a.size, c.seconds, c.uploaded_at, c.uploaded_by,
       array(select f.name from call_flow f where f.draft::text like '%sound:' || s.id || '%' or exists (select from call_flow_version v
             where v.flow_id = f.id and v.flow::text like '%sound:' || s.id || '%') order by f.name) as used_in
from flow_sound s join flow_sound_content c on c.id = s.content_id join attachment a on a.id = c.id
where :branches::uuid[] is null or s.branch_id is null or s.branch_id = any(:branches) order by lower(s.name), s.id

-- name: get_sound
-- One sound, with the flows that name it.
select s.id, s.name, s.branch_id, s.version, a.content_type, a.size, c.seconds, c.uploaded_at, c.uploaded_by,
       array(select f.name from call_flow f where f.draft::text like '%sound:' || s.id || '%' or exists (select from call_flow_version v
             where v.flow_id = f.id and v.flow::text like '%sound:' || s.id || '%') order by f.name) as used_in
from flow_sound s join flow_sound_content c on c.id = s.content_id join attachment a on a.id = c.id where s.id = :id::uuid

-- name: lock_sound
-- One sound for the change that follows.
select id, name, branch_id, content_id, version from flow_sound where id = :id::uuid for update

-- name: insert_sound
-- A new sound; its content comes with it.
insert into flow_sound (id, name, branch_id, content_id) values (:id::uuid, :name::text, :branch_id::uuid, :content_id::uuid)

-- name: insert_sound_file
-- The file of a sound.
insert into attachment (id, sha256, name, content_type, size, owner)
values (:id::uuid, :sha256::bytea, :name::text, :content_type::text, :size::bigint, :owner::text)

-- name: insert_content
-- What a sound is from now on.
insert into flow_sound_content (id, sound_id, seconds, uploaded_at, uploaded_by)
values (:id::uuid, :sound_id::uuid, :seconds::double precision, :uploaded_at::timestamptz, :uploaded_by::text)

-- name: rename_sound
-- Another name.
update flow_sound set name = :name::text, version = version + 1 where id = :id::uuid

-- name: replace_sound
-- Another content; published versions keep theirs.
update flow_sound set content_id = :content_id::uuid, version = version + 1 where id = :id::uuid

-- name: contents_unused
-- Contents of a sound that no published version plays, but for the one that it has now.
select c.id from flow_sound_content c join flow_sound s on s.id = c.sound_id where s.id = :id::uuid and c.id <> s.content_id
  and not exists (select from call_flow_version v where v.flow::text like '%sound:' || s.id || ':' || c.id || '%')

-- name: drop_contents
-- Contents that nothing plays any more.
delete from flow_sound_content where id = any(:ids::uuid[])

-- name: all_contents
-- Every content of a sound.
select id from flow_sound_content where sound_id = :id::uuid

-- name: drop_sound
-- A sound that no flow names.
delete from flow_sound where id = :id::uuid

-- name: drop_sound_files
-- The files of contents that are gone.
delete from attachment where id = any(:ids::uuid[]) returning sha256

-- name: drop_unused_files
-- What of these no file has any more.
delete from file f where f.sha256 = any(:sha256s::bytea[]) and not exists (select from attachment a where a.sha256 = f.sha256)
returning f.sha256

-- name: sounds_to_play
-- What sounds in sight are now, for a version that keeps them; nobody deletes them meanwhile.
select id, content_id, name from flow_sound where id = any(:ids::uuid[])
  and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by id for share

-- name: skills_known
-- Which of these skills there are.
select id from skill where id = any(:ids::uuid[])

-- name: content
-- A sound as the carrier fetches it.
select a.sha256, a.content_type from flow_sound_content c join attachment a on a.id = c.id where c.id = :id::uuid

-- name: content_of_sound
-- A sound as it is now.
select a.sha256, a.content_type, s.branch_id from flow_sound s join attachment a on a.id = s.content_id where s.id = :id::uuid
