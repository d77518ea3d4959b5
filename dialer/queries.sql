-- name: insert_campaign
-- A campaign as it was written down.
insert into campaign (id, name, kind, mode, branch_id, queue_id, account_id, settings, created_by, created_at)
values (:id::uuid, :name::text, :kind::text, :mode::text, :branch_id::uuid, :queue_id::uuid, :account_id::uuid, :settings::jsonb,
        :created_by::text, :created_at::timestamptz)

-- name: update_campaign
-- What was changed of it.
update campaign set name = :name::text, kind = :kind::text, mode = :mode::text, branch_id = :branch_id::uuid, queue_id = :queue_id::uuid,
    account_id = :account_id::uuid, settings = :settings::jsonb, version = version + 1
where id = :id::uuid

-- name: lock_campaign
-- One campaign for the change that follows.
select * from campaign where id = :id::uuid for update

-- name: get_campaign
-- One campaign.
select * from campaign where id = :id::uuid

-- name: list_campaigns
-- Campaigns in scope, by name.
select * from campaign
where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) and (:state::text is null or state = :state)
order by name limit 500

-- name: running_campaigns
-- What is dialled now, or has telephones ringing still, with where it comes from.
select c.*, a.kind as account_kind, a.is_enabled from campaign c join channel_account a on a.id = c.account_id
where c.state = 'running' or exists (select 1 from dial_attempt t where t.campaign_id = c.id and t.ended_at is null
                                     and t.state in ('asked', 'ringing', 'answered'))
order by c.id

-- name: set_campaign_state
-- Begun, interrupted, ended.
update campaign set state = :state::text, idle_why = '', version = version + 1,
    started_at = case when :state = 'running' then coalesce(started_at, :now::timestamptz) else started_at end
where id = :id::uuid

-- name: note_campaign
-- Why nothing is dialled, and what the pacer knows.
update campaign set idle_why = :why::text, pace = coalesce(:pace::jsonb, pace) where id = :id::uuid and state = 'running'

-- name: finish_campaign
-- Nobody is left to be contacted.
update campaign set state = 'done', idle_why = '', version = version + 1
where id = :id::uuid and state = 'running'
  and not exists (select 1 from contact_list l where l.campaign_id = campaign.id and l.state = 'importing')
  and not exists (
      select 1 from contact_list l where l.campaign_id = campaign.id
        and (exists (select 1 from contact c where c.list_id = l.id and c.state = 'ready')
             or exists (select 1 from contact c where c.list_id = l.id and c.state = 'live')))
returning id

-- name: account_is
-- Of which kind an account in scope is.
select kind from channel_account where id = :id::uuid and (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches))

-- name: callers_of
-- Which numbers of an account may be shown: its own, and by how the called one begins.
select settings ->> 'number' as number, settings -> 'caller_ids' as chosen from channel_account where id = :account_id::uuid

-- name: progress_of
-- How far the contacts of lists are.
select l.id as list_id, l.campaign_id, count(*) filter (where c.state = 'ready') as ready, count(*) filter (where c.state = 'live') as live,
       count(*) filter (where c.state = 'done') as done, count(*) filter (where c.state = 'ready' and c.priority > 0) as callbacks
from contact_list l join contact c on c.list_id = l.id
where l.campaign_id = any(:campaigns::uuid[]) or l.id = any(:lists::uuid[])
group by l.id

-- name: insert_list
-- A list whose rows are still to come.
insert into contact_list (id, name, branch_id, campaign_id, state, source, settings, created_by, created_at)
values (:id::uuid, :name::text, :branch_id::uuid, :campaign_id::uuid, 'importing', :source::text, :settings::jsonb, :created_by::text,
        :created_at::timestamptz)

-- name: lock_list
-- One list for the change that follows.
select * from contact_list where id = :id::uuid for update

-- name: list_lists
-- Lists in scope, newest first.
select l.*, c.name as campaign_name from contact_list l left join campaign c on c.id = l.campaign_id
where (:branches::uuid[] is null or l.branch_id is null or l.branch_id = any(:branches)) and (:id::uuid is null or l.id = :id)
order by l.created_at desc limit 500

-- name: change_list
-- Another name, another campaign.
update contact_list set name = :name::text, campaign_id = :campaign_id::uuid, version = version + 1 where id = :id::uuid

-- name: count_rows
-- How far an import is.
update contact_list set read_rows = read_rows + :read::int, taken_rows = taken_rows + :taken::int, refused_rows = refused_rows + :refused::int
where id = :id::uuid

-- name: end_import
-- Ready, or failed and why.
update contact_list set state = :state::text, problem = :problem::text, version = version + 1 where id = :id::uuid

-- name: insert_contacts
-- Many at once.
insert into contact (id, list_id, position, rank, name, zone, postal, fields, customer_id)
select s.id, :list_id::uuid, s.position, s.rank, s.name, s.zone, s.postal, s.fields::jsonb, s.customer_id
from unnest(:ids::uuid[], :positions::int[], :ranks::int[], :names::text[], :zones::text[], :postals::text[], :fields::text[],
            :customers::uuid[]) as s (id, position, rank, name, zone, postal, fields, customer_id)

-- name: insert_numbers
-- The numbers of many contacts; one that is on the list already is left out, and not returned.
insert into contact_number (contact_id, place, number, list_id)
select s.contact_id, s.place, s.number, :list_id::uuid
from unnest(:contacts::uuid[], :places::int[], :numbers::text[]) as s (contact_id, place, number)
on conflict (list_id, number) do nothing
returning contact_id, place, number

-- name: numbers_known
-- Which of these numbers are on a list of the campaign, or on any.
select distinct n.number from contact_number n
where n.number = any(:numbers::text[])
  and (:campaign_id::uuid is null or n.list_id in (select id from contact_list where campaign_id = :campaign_id))

-- name: drop_contacts
-- Without a number left they are nobody.
delete from contact where id = any(:ids::uuid[])

-- name: add_errors
-- Rows that were not taken, and why.
insert into import_error (list_id, row, reason, cells)
select :list_id::uuid, s.row, s.reason, s.cells from unnest(:rows::int[], :reasons::text[], :cells::text[]) as s (row, reason, cells)
on conflict do nothing

-- name: list_errors
-- Rows that were not taken.
select row, reason, cells from import_error where list_id = :list_id::uuid and row > :after::int order by row limit :most::int

-- name: customers_for_list
-- Customers of a segment with their numbers, in pages.
select c.id, c.name, c.locale, array_agg(i.value order by i.created_at, i.value) as numbers
from customer c join identity i on i.customer_id = c.id and i.kind = 'phone'
where c.merged_into is null and c.id > :after::uuid
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
  and (:status::text is null or c.status = :status) and (:kind::text is null or c.kind = :kind)
  and (:tier_id::uuid is null or c.tier_id = :tier_id) and (:locale::text is null or c.locale = :locale)
  and (:responsible_id::uuid is null or c.responsible_id = :responsible_id)
  and (:created_since::timestamptz is null or c.created_at >= :created_since)
group by c.id order by c.id limit :most::int

-- name: list_presets
-- Presets that were changed or added here.
select id, value, version from compliance_preset order by id

-- name: save_preset
-- One preset as it is from now on; nothing when somebody else changed it meanwhile.
insert into compliance_preset (id, value) values (:id::text, :value::jsonb)
on conflict (id) do update set value = excluded.value, version = compliance_preset.version + 1 where compliance_preset.version = :version::int
returning version

-- name: drop_preset
-- As it was shipped again.
delete from compliance_preset where id = :id::text returning id

-- name: postal_zones
-- Zones by postal code.
select code, zone from postal_zone order by code

-- name: drop_postal_zones
-- Before the new table.
delete from postal_zone

-- name: add_postal_zones
-- The new table.
insert into postal_zone (code, zone) select * from unnest(:codes::text[], :zones::text[])

-- name: due_contacts
-- Whom a campaign would contact next; who was promised a call by somebody waits for that agent.
select c.id, c.list_id, c.name, c.zone, c.postal, c.fields, c.customer_id, c.place, c.tries, c.attempts, c.owner_id, c.priority
from contact c join contact_list l on l.id = c.list_id
where l.campaign_id = :campaign_id::uuid and l.state = 'ready' and c.state = 'ready' and c.next_at <= :now::timestamptz
  and (c.owner_id is null or c.owner_id = any(:agents::uuid[]))
  and not exists (select 1 from jsonb_array_elements(:filters::jsonb) f
                  where not coalesce(f -> 'values' ? (c.fields ->> (f ->> 'field')), false))
order by c.priority desc, c.next_at, c.rank limit :most::int
for update of c skip locked

-- name: next_due
-- When the next contact of a campaign may be contacted.
select min(c.next_at) from contact c join contact_list l on l.id = c.list_id
where l.campaign_id = :campaign_id::uuid and c.state = 'ready'

-- name: numbers_of
-- Numbers that are not known to be dead.
select contact_id, place, number from contact_number where contact_id = any(:contacts::uuid[]) and not is_dead order by contact_id, place

-- name: kill_number
-- It does not exist.
update contact_number set is_dead = true where contact_id = :contact_id::uuid and place = :place::int

-- name: history_of
-- What was tried at these numbers, by whichever campaign; one attempt may be left out.
select number, created_at, campaign_id, outcome, is_refusal from dial_attempt
where number = any(:numbers::text[]) and (created_at > :since::timestamptz or is_refusal) and id is distinct from :but::uuid

-- name: insert_attempts
-- Attempts before the carrier is asked; a contact or a number that is being dialled already has none.
insert into dial_attempt (id, campaign_id, contact_id, number, place, medium, state, verdict, agent_id, created_at, asked_at)
select s.id, :campaign_id::uuid, s.contact_id, s.number, s.place, :medium::text, :state::text, s.verdict::jsonb, s.agent_id, :now::timestamptz,
       case when :state = 'asked' then :now::timestamptz end
from unnest(:ids::uuid[], :contacts::uuid[], :numbers::text[], :places::int[], :verdicts::text[], :agents::uuid[])
     as s (id, contact_id, number, place, verdict, agent_id)
on conflict do nothing
returning id, contact_id

-- name: contacts_live
-- They are being contacted.
update contact set state = 'live', owner_id = null where id = any(:ids::uuid[])

-- name: contacts_later
-- Not now: each may be asked about again at its moment.
update contact c set next_at = s.at, place = s.place
from unnest(:ids::uuid[], :ats::timestamptz[], :places::int[]) as s (id, at, place) where c.id = s.id

-- name: contacts_over
-- Never: each with what forbids it.
update contact c set state = 'done', disposition = s.disposition, closed_at = :now::timestamptz, owner_id = null
from unnest(:ids::uuid[], :dispositions::text[]) as s (id, disposition) where c.id = s.id

-- name: settle_contact
-- What follows from an attempt.
update contact set state = case when :disposition::text is null then 'ready' else 'done' end, disposition = :disposition,
    closed_at = case when :disposition is not null then :now::timestamptz end,
    next_at = coalesce(:next_at::timestamptz, next_at), place = :place::int, tries = :tries::jsonb, attempts = :attempts::int,
    priority = :priority::int, owner_id = :owner_id::uuid, note = case when :note::text = '' then note else :note end
where id = :id::uuid and state = 'live'

-- name: lock_contact
-- One contact with its numbers.
select c.*, coalesce((select jsonb_agg(jsonb_build_array(n.place, n.number) order by n.place) from contact_number n
                      where n.contact_id = c.id and not n.is_dead), '[]') as numbers
from contact c where c.id = :id::uuid for update

-- name: get_contact
-- One contact with its numbers.
select c.*, coalesce((select jsonb_agg(jsonb_build_array(n.place, n.number) order by n.place) from contact_number n
                      where n.contact_id = c.id and not n.is_dead), '[]') as numbers
from contact c where c.id = :id::uuid

-- name: get_attempt
-- One attempt, as it is.
select * from dial_attempt where id = :id::uuid

-- name: lock_attempt
-- One attempt for the change that follows.
select a.*, c.settings, c.mode, c.name as campaign_name, c.queue_id, c.branch_id, c.account_id, c.kind
from dial_attempt a join campaign c on c.id = a.campaign_id where a.id = :id::uuid for update of a

-- name: attempt_of
-- The newest attempt of a conversation.
select id from dial_attempt where interaction_id = :interaction_id::uuid order by created_at desc limit 1

-- name: save_attempt
-- All that changes of it.
update dial_attempt set state = :state::text, call_id = :call_id::text, sequence = :sequence::int, agent_id = :agent_id::uuid,
    interaction_id = :interaction_id::uuid, asked_at = :asked_at::timestamptz, ringing_at = :ringing_at::timestamptz,
    answered_at = :answered_at::timestamptz, connected_at = :connected_at::timestamptz, ended_at = :ended_at::timestamptz, outcome = :outcome::text,
    is_settled = :is_settled::boolean, is_refusal = :is_refusal::boolean, is_waited_out = :is_waited_out::boolean, looked_up = :looked_up::int,
    verdict = :verdict::jsonb
where id = :id::uuid

-- name: call_taken
-- The carrier has taken it under this id, unless its news came first.
update dial_attempt set call_id = :call_id::text, state = case when state = 'asked' then 'ringing' else state end
where id = :id::uuid and call_id is null

-- name: waiting_answers
-- Who has answered and has nobody yet, the longest waiting first.
select id, campaign_id, answered_at from dial_attempt
where campaign_id = :campaign_id::uuid and state = 'answered' and medium = 'voice' and not is_waited_out order by answered_at

-- name: unheard_attempts
-- Of which nobody has told anything for too long: asked and not known to be taken, ringing longer than they may, or talking for a
-- while, as far as is known.
select a.id, a.state, a.call_id from dial_attempt a join campaign c on c.id = a.campaign_id
where a.ended_at is null and a.medium <> 'sms' and a.id <> all(:but::uuid[])
  and ((a.state = 'asked' and a.asked_at < :now::timestamptz - :asked_seconds::float8 * interval '1 second')
       or (a.state in ('ringing', 'answered')
           and a.asked_at < :now - ((c.settings ->> 'ring_seconds')::int + :ring_more_seconds::float8) * interval '1 second')
       or (a.state = 'connected' and a.connected_at < :now - :talk_seconds::float8 * interval '1 second'))
order by a.asked_at limit 100

-- name: stale_previews
-- Previews that nobody dialled in time.
select a.id from dial_attempt a join campaign c on c.id = a.campaign_id
where a.state = 'preview' and a.ended_at is null and a.created_at < :now::timestamptz - (c.settings ->> 'preview_seconds')::int * interval '1 second' limit 100

-- name: unsettled_attempts
-- Over, and so is the conversation, if there was one: what follows for the contact has not followed.
select a.id from dial_attempt a left join interaction i on i.id = a.interaction_id
where a.ended_at is not null and not a.is_settled and (i.id is null or i.state = 'closed') limit 200

-- name: texts_under_way
-- Texts of campaigns whose fate is known by now.
select a.id, a.campaign_id, m.delivery, m.fault from dial_attempt a
join lateral (select delivery, details ->> 'fault' as fault from message m where m.interaction_id = a.interaction_id and m.direction = 'outbound'
              order by m.seq desc limit 1) m on true
where a.ended_at is null and a.medium = 'sms' and m.delivery in ('sent', 'delivered', 'failed') limit 200

-- name: attempt_of_text
-- Whose text this message is: the first that left for it.
select a.id from dial_attempt a
where a.interaction_id = :interaction_id::uuid and a.medium = 'sms' and :message_id::uuid = (
    select m.id from message m where m.interaction_id = a.interaction_id and m.direction = 'outbound' and m.at >= a.created_at
    order by m.seq limit 1)

-- name: contact_was_lost
-- A contact whose text did not arrive: it ends another way, or waits to be texted again.
update contact set disposition = :disposition::text, state = case when :disposition is null then 'ready' else 'done' end,
    closed_at = case when :disposition is null then null else closed_at end, next_at = coalesce(:next_at::timestamptz, next_at),
    place = :place::int, tries = :tries::jsonb, attempts = :attempts::int
where id = :id::uuid and disposition = 'sent'

-- name: pause_campaign
-- It waits for people, and this is why.
update campaign set state = 'paused', idle_why = :why::text, version = version + 1 where id = :id::uuid and state = 'running'
returning name

-- name: under_way
-- What is under way of a campaign.
select count(*) filter (where state in ('asked', 'ringing')) as in_flight,
       count(*) filter (where state = 'answered' and not is_waited_out) as waiting, count(*) filter (where state = 'connected') as connected,
       count(*) filter (where state = 'answered' and is_waited_out) as listening, count(*) filter (where state = 'preview') as previews
from dial_attempt where campaign_id = :campaign_id::uuid and ended_at is null

-- name: answers_since
-- Live answers of a campaign, and those for which nobody was free.
select count(*) filter (where answered_at is not null and outcome is distinct from 'machine') as answered,
       count(*) filter (where is_waited_out) as abandoned
from dial_attempt where campaign_id = :campaign_id::uuid and created_at > :since::timestamptz

-- name: calls_lately
-- Calls of a campaign that are under way or were over lately, for its pacer.
select id, asked_at, call_id, ringing_at, answered_at, connected_at, agent_id, ended_at, outcome, is_waited_out from dial_attempt
where campaign_id = :campaign_id::uuid and medium = 'voice' and asked_at is not null and (ended_at is null or ended_at > :since::timestamptz)
  and created_at > :since::timestamptz - interval '2 hours'
order by asked_at

-- name: outcomes_since
-- What attempts came to.
select outcome, count(*) as count from dial_attempt
where campaign_id = :campaign_id::uuid and created_at > :since::timestamptz and outcome is not null group by outcome

-- name: attempts_since
-- How many were dialled, and how many answered by a person.
select count(*) filter (where created_at > :day::timestamptz) as day, count(*) filter (where created_at > :hour::timestamptz) as hour,
       count(*) filter (where created_at > :day and answered_at is not null and outcome is distinct from 'machine') as answered,
       count(*) filter (where created_at > :day and is_waited_out) as abandoned
from dial_attempt where campaign_id = :campaign_id::uuid and created_at > least(:day, :hour) and outcome is distinct from 'withdrawn'

-- name: countries_of
-- Some numbers that a campaign would dial: by their countries it is known which rules there are.
select distinct left(n.number, 5) as begins, min(n.number) as number from contact_number n
join contact_list l on l.id = n.list_id where l.campaign_id = :campaign_id::uuid group by 1 limit 200

-- name: campaign_sums
-- What a campaign has begun and what came of it, by hours or days of somebody's clocks.
select date_trunc(:by::text, a.created_at, :zone::text) as at, count(*) as dialled,
       count(*) filter (where a.answered_at is not null and a.outcome is distinct from 'machine') as answered,
       count(*) filter (where a.is_waited_out) as abandoned, count(*) filter (where a.outcome = 'talked') as talked,
       coalesce(round(sum(extract(epoch from a.ended_at - a.connected_at)) filter (where a.outcome = 'talked')), 0)::bigint as talk_seconds
from dial_attempt a
where a.campaign_id = :campaign_id::uuid and a.created_at >= :since::timestamptz and a.created_at < :until::timestamptz
  and a.state <> 'preview' and (a.outcome is null or a.outcome not in ('withdrawn', 'skipped'))
group by 1 order by 1

-- name: campaign_outcomes
-- What attempts of some days came to.
select outcome, count(*) as count from dial_attempt
where campaign_id = :campaign_id::uuid and created_at >= :since::timestamptz and created_at < :until::timestamptz and outcome is not null
group by outcome order by count(*) desc, outcome

-- name: campaign_dispositions
-- How the contacts that are over since then have ended.
select c.disposition, count(*) as count from contact c join contact_list l on l.id = c.list_id
where l.campaign_id = :campaign_id::uuid and c.closed_at >= :since::timestamptz and c.closed_at < :until::timestamptz
group by c.disposition order by count(*) desc, c.disposition

-- name: campaign_agents
-- Who spoke with how many, and for how long.
select a.agent_id as id, s.name, count(*) as talked,
       coalesce(round(sum(extract(epoch from a.ended_at - a.connected_at))), 0)::bigint as talk_seconds
from dial_attempt a join staff s on s.id = a.agent_id
where a.campaign_id = :campaign_id::uuid and a.created_at >= :since::timestamptz and a.created_at < :until::timestamptz
  and a.outcome = 'talked'
group by a.agent_id, s.name order by count(*) desc, s.name

-- name: list_attempts
-- Attempts of a campaign with their verdicts, newest first.
select a.id, a.created_at as at, a.number, c.name as contact_name, a.state, a.outcome, c.disposition, s.name as agent_name,
       round(extract(epoch from coalesce(a.answered_at, a.ended_at) - a.ringing_at))::int as ring_seconds,
       round(extract(epoch from a.ended_at - a.connected_at))::int as talk_seconds, a.interaction_id, a.verdict
from dial_attempt a join contact c on c.id = a.contact_id left join staff s on s.id = a.agent_id
where a.campaign_id = :campaign_id::uuid and a.created_at >= :since::timestamptz and a.created_at < :until::timestamptz
  and (:outcome::text is null or a.outcome = :outcome) and (:before::uuid is null or a.id < :before)
order by a.id desc limit :most::int
