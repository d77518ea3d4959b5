-- name: list_queues
-- Queues in scope.
select id, name, branch_id, skills, steps, channels, permission, trust, target_seconds, offer_timeout_seconds, offer_mode,
       wrap_up_mode, wrap_up_seconds, idle_clock, goal_percent, hours, overflow, order_by, score,
       after_close, reopen_days, is_active, version
from queue where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by name

-- name: get_queue
-- One queue.
select id, name, branch_id, skills, steps, channels, permission, trust, target_seconds, offer_timeout_seconds, offer_mode,
       wrap_up_mode, wrap_up_seconds, idle_clock, goal_percent, hours, overflow, order_by, score,
       after_close, reopen_days, is_active, version
from queue where id = :id::uuid

-- name: save_queue
-- A new queue, or the next version of one; no row when somebody else changed it first.
insert into queue (id, name, branch_id, skills, steps, channels, permission, trust, target_seconds, offer_timeout_seconds,
                   offer_mode, wrap_up_mode, wrap_up_seconds, idle_clock, goal_percent, hours, overflow, order_by, score,
                   after_close, reopen_days, is_active)
values (:id::uuid, :name::text, :branch_id::uuid, :skills::jsonb, :steps::jsonb, :channels::text[], :permission::text, :trust::int,
        :target_seconds::int, :offer_timeout_seconds::int, :offer_mode::text, :wrap_up_mode::text, :wrap_up_seconds::int,
        :idle_clock::text, :goal_percent::int, :hours::jsonb, :overflow::jsonb, :order_by::text, :score::text,
        :after_close::text, :reopen_days::int, :is_active::boolean)
on conflict (id) do update set name = excluded.name, branch_id = excluded.branch_id, skills = excluded.skills,
    steps = excluded.steps, channels = excluded.channels, permission = excluded.permission, trust = excluded.trust,
    target_seconds = excluded.target_seconds, offer_timeout_seconds = excluded.offer_timeout_seconds,
    offer_mode = excluded.offer_mode, wrap_up_mode = excluded.wrap_up_mode, wrap_up_seconds = excluded.wrap_up_seconds,
    idle_clock = excluded.idle_clock, goal_percent = excluded.goal_percent, hours = excluded.hours,
    overflow = excluded.overflow, order_by = excluded.order_by, score = excluded.score,
    after_close = excluded.after_close, reopen_days = excluded.reopen_days, is_active = excluded.is_active, version = queue.version + 1
    where queue.version = :version::int
returning version

-- name: lock_queues
-- One change of queues, or of what points to them, at a time.
select pg_advisory_xact_lock(hashtextextended('queues', 7))

-- name: branch_tree
-- Each branch with the one above it.
select id, parent_id, name from branch

-- name: unknown_skills
-- Which of these are no skills.
select id from unnest(:ids::uuid[]) as asked (id) where not exists (select from skill s where s.id = asked.id)

-- name: list_rules
-- Rules in scope, by name.
select id, name, queue_id, branch_id, conditions, skills, permission, trust, priority, is_active, version
from work_rule where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by name

-- name: get_rule
-- One rule.
select id, name, queue_id, branch_id, conditions, skills, permission, trust, priority, is_active, version
from work_rule where id = :id::uuid

-- name: rules_for_router
-- The rules that count, each with the branches that it is for: null is all.
select r.id, r.name, r.queue_id, r.branch_id, r.conditions, r.skills, r.permission, r.trust, r.priority, r.is_active, r.version,
       case when r.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = r.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches
from work_rule r where r.is_active order by r.name

-- name: save_rule
-- A new rule, or the next version of one; no row when somebody else changed it first.
insert into work_rule (id, name, position, queue_id, branch_id, conditions, skills, permission, trust, priority, is_active)
values (:id::uuid, :name::text, 0, :queue_id::uuid, :branch_id::uuid, :conditions::jsonb, :skills::jsonb, :permission::text,
        :trust::int, :priority::int, :is_active::boolean)
on conflict (id) do update set name = excluded.name, queue_id = excluded.queue_id, branch_id = excluded.branch_id,
    conditions = excluded.conditions, skills = excluded.skills, permission = excluded.permission, trust = excluded.trust,
    priority = excluded.priority, is_active = excluded.is_active, version = work_rule.version + 1
    where work_rule.version = :version::int
returning version

-- name: delete_rule
-- No longer.
delete from work_rule where id = :id::uuid

-- name: enqueue_work
-- Let these wait, in the order in which they are locked.
insert into work (id, kind, queue_id, branch_id, channel, state, priority, is_emergency, attributes, first_enqueued_at, sticky_agent_id,
                  summary, units, due_at)
select id, kind, queue_id, branch_id, channel, 'queued', priority, is_emergency, attributes, first_enqueued_at, sticky_agent_id, summary,
       units, due_at
from unnest(:id::uuid[], :kind::text[], :queue_id::uuid[], :branch_id::uuid[], :channel::text[], :priority::int[],
            :is_emergency::boolean[], :attributes::jsonb[], :first_enqueued_at::timestamptz[], :sticky_agent_id::uuid[], :summary::jsonb[],
            :units::int[], :due_at::timestamptz[])
    as w (id, kind, queue_id, branch_id, channel, priority, is_emergency, attributes, first_enqueued_at, sticky_agent_id, summary, units,
          due_at)
order by id
on conflict (id) do update set state = 'queued', due_at = excluded.due_at, queue_id = excluded.queue_id, first_enqueued_at = excluded.first_enqueued_at,
    sticky_agent_id = excluded.sticky_agent_id, summary = excluded.summary, attributes = excluded.attributes, units = excluded.units,
    priority = excluded.priority, is_emergency = excluded.is_emergency, asked_skills = '{}',
    least_step = 0, failed_offers = 0, overflowed = '{}', quiet_since = null, abandoned_at = null, callback_offered_at = null,
    assigned_at = null, changed_at = clock_timestamp(), version = work.version + 1
    where work.state = 'done'

-- name: resume_work
-- Out of wrap-up, back to work: the customer went on.
update work set state = 'assigned', wrap_up_until = null, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and state = 'wrap_up'

-- name: lock_work
-- One work for the change that follows.
select w.id, w.kind, w.queue_id, w.branch_id, w.channel, w.state, w.agent_id, w.offer_id, w.units, w.full_units, w.quiet_since,
       w.first_enqueued_at, w.summary, w.priority, w.is_emergency, w.least_step, w.failed_offers, w.overflowed,
       q.idle_clock = 'inbound' and w.attributes ->> 'direction' = 'outbound' as keeps_idle
from work w join queue q on q.id = w.queue_id where w.id = :id::uuid for update of w

-- name: requeue_work
-- Back to waiting, with its first time in the queue; another queue begins with its own first step.
update work set state = 'queued', agent_id = null, offer_id = null, wrap_up_until = null, assigned_at = null,
    units = coalesce(full_units, units), full_units = null, quiet_since = null, sticky_agent_id = :sticky_agent_id::uuid,
    least_step = case when queue_id = coalesce(:queue_id::uuid, queue_id) then least_step else 0 end,
    failed_offers = case when queue_id = coalesce(:queue_id, queue_id) then failed_offers else 0 end,
    queue_id = coalesce(:queue_id, queue_id), asked_skills = coalesce(:asked_skills::jsonb, asked_skills),
    changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid

-- name: fail_offer
-- One more offer in vain: each third lets the work stand on a later step.
update work set failed_offers = failed_offers + 1,
    least_step = case when (failed_offers + 1) % :tolerated::int = 0 then least(least_step + 1, :last_step::int) else least_step end
where id = :id::uuid
returning failed_offers

-- name: prioritise_work
-- How urgent it is; only while it waits.
update work set priority = :priority::int, is_emergency = :is_emergency::boolean, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and state in ('queued', 'offered')
returning id

-- name: save_due
-- By when it has to be done; no row when that is known, or nobody works on it any more.
update work set due_at = :due_at::timestamptz, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and state <> 'done' and due_at is distinct from :due_at
returning state

-- name: work_done
-- Nobody's any more; `is_abandoned`: the customer left while it waited.
update work set state = 'done', agent_id = null, offer_id = null, wrap_up_until = null, units = coalesce(full_units, units), full_units = null,
    quiet_since = null, abandoned_at = case when :is_abandoned::boolean then clock_timestamp() end, changed_at = clock_timestamp(),
    version = version + 1
where id = :id::uuid

-- name: begin_wrap_up
-- The units stay used until it ends.
update work set state = 'wrap_up', wrap_up_until = :until::timestamptz, is_extended = false, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid

-- name: save_summary
-- What an offer shows of it.
update work set summary = :summary::jsonb where id = :id::uuid

-- name: accept_work
-- The offered agent takes it; one of accept, decline and timeout wins.
update work set state = 'assigned', offer_id = null, assigned_at = :now::timestamptz, changed_at = clock_timestamp(),
    version = version + 1
where id = :id::uuid and offer_id = :offer_id::uuid and state = 'offered'
returning id

-- name: close_offer
-- An open offer ends, once.
update offer set state = :state::text, closed_at = :now::timestamptz
where id = :id::uuid and state = 'offered'
returning id, work_id, agent_id

-- name: withdraw_offers
-- Every open offer of a work ends.
update offer set state = 'withdrawn', closed_at = :now::timestamptz where work_id = :work_id::uuid and state = 'offered'
returning id, work_id, agent_id

-- name: find_offer
-- One offer with whose data it is.
select o.id, o.work_id, o.agent_id, o.state, o.expires_at, o.is_broadcast, w.branch_id, w.kind, w.channel, w.units
from offer o join work w on w.id = o.work_id where o.id = :id::uuid

-- name: use_units
-- An agent has more or less to do; `idle` starts the idle time. Only who may exceed passes the capacity, which is flagged.
update agent set used_units = greatest(used_units + :units::int, 0),
    over_units = case when :may_exceed::boolean then greatest(used_units + :units - capacity_units, 0)
                      else least(over_units, greatest(used_units + :units - capacity_units, 0)) end,
    idle_since = case when :idle::boolean then clock_timestamp() else idle_since end
where staff_id = :agent_id::uuid

-- name: count_miss
-- One more offer missed in a row.
update agent set misses = misses + 1, idle_since = clock_timestamp() where staff_id = :agent_id::uuid returning misses, state

-- name: forgive_misses
-- An accepted offer ends the row of misses.
update agent set misses = 0 where staff_id = :agent_id::uuid

-- name: exclude
-- Keep a work from an agent for a while, or for good.
insert into work_exclusion (work_id, agent_id, until) values (:work_id::uuid, :agent_id::uuid, coalesce(:until::timestamptz, 'infinity'))
on conflict (work_id, agent_id) do update set until = greatest(work_exclusion.until, excluded.until)

-- name: keep_from
-- Keep a work from these for good, those of them who are agents and were not kept from it before.
insert into work_exclusion (work_id, agent_id, until)
select :work_id::uuid, a.staff_id, 'infinity' from agent a where a.staff_id = any(:staff_ids::uuid[]) order by a.staff_id
on conflict (work_id, agent_id) do update set until = excluded.until where work_exclusion.until < excluded.until
returning agent_id

-- name: commit_offers
-- Write a batch of offers with its events, behind the epoch: only work that still waits, only agents with room for all of theirs.
-- Lateral, so that rows are locked one by one in one order, and found by their keys however large the tables are.
with epoch as materialized (
    select epoch from lease where name = :lease::text and epoch = :epoch::bigint for share
), decided as materialized (
    select d.* from epoch, unnest(:work_ids::uuid[], :agent_ids::uuid[], :offer_ids::uuid[], :units::int[], :made::timestamptz[],
                                  :expires::timestamptz[], :decisions::text[], :views::text[])
        as d (work_id, agent_id, offer_id, units, made_at, expires_at, decision, view)
), waiting as materialized (
    select d.* from (select * from decided order by work_id) d cross join lateral (
        select from work w where w.id = d.work_id and w.state = 'queued'
          and not exists (select from offer o where o.work_id = w.id and o.state = 'offered') for update) w
), there as materialized (
    select d.agent_id from (select agent_id, sum(units) as units from waiting group by agent_id order by agent_id) d cross join lateral (
        select from agent a where a.staff_id = d.agent_id and a.state = 'available' and d.units <= a.capacity_units - a.used_units for update) a
), taken as (
    update work w set state = 'offered', agent_id = d.agent_id, offer_id = d.offer_id, units = d.units,
        changed_at = clock_timestamp(), version = w.version + 1
    -- "is true" keeps this a hash: a join is planned for few rows, and looks through all of them for each.
    from waiting d where w.id = d.work_id and (d.agent_id in (select agent_id from there)) is true
    returning w.id as work_id, w.agent_id, w.units, w.summary, d.offer_id, d.made_at, d.expires_at, d.decision, d.view
), loaded as (
    update agent a set used_units = a.used_units + t.units
    from (select agent_id, sum(units)::int as units from taken group by agent_id) t where a.staff_id = t.agent_id
), offered as (
    insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision)
    select offer_id, work_id, agent_id, 'offered', made_at, expires_at, :epoch, decision::jsonb from taken
)
insert into event_log (seq, at, kind, actor, subject, audience, data)
select nextval('event_seq'), clock_timestamp(), :kind::text, :actor::text, 'work:' || work_id, array['agent:' || agent_id],
       jsonb_build_object('agent_id', agent_id, 'offer', view::jsonb || jsonb_build_object('id', offer_id,
           'customer', coalesce(summary -> 'customer', '{}'), 'subject', summary -> 'subject', 'preview', coalesce(summary -> 'preview', '""')))
from taken
returning seq, at, kind, actor, subject, audience, data::text as data

-- name: commit_assignments
-- Give a batch of work to agents who are not asked: only work that still waits, only agents with room for all of theirs.
with decided as materialized (
    select * from unnest(:work_ids::uuid[], :agent_ids::uuid[], :offer_ids::uuid[], :units::int[], :expires::timestamptz[], :decisions::text[])
        as d (work_id, agent_id, offer_id, units, expires_at, decision)
), waiting as materialized (
    select d.* from (select * from decided order by work_id) d cross join lateral (
        select from work w where w.id = d.work_id and w.state = 'queued'
          and not exists (select from offer o where o.work_id = w.id and o.state = 'offered') for update) w
), there as materialized (
    select d.agent_id from (select agent_id, sum(units) as units from waiting group by agent_id order by agent_id) d cross join lateral (
        select from agent a where a.staff_id = d.agent_id and a.state = 'available' and d.units <= a.capacity_units - a.used_units for update) a
), taken as (
    update work w set state = 'assigned', agent_id = d.agent_id, offer_id = null, units = d.units, assigned_at = :now::timestamptz,
        changed_at = clock_timestamp(), version = w.version + 1
    from waiting d where w.id = d.work_id and (d.agent_id in (select agent_id from there)) is true
    returning w.id as work_id, w.kind, w.agent_id, w.units, w.queue_id, w.channel, d.offer_id, d.expires_at, d.decision
), loaded as (
    update agent a set used_units = a.used_units + t.units
    from (select agent_id, sum(units)::int as units from taken group by agent_id) t where a.staff_id = t.agent_id
), kept as (
    insert into offer (id, work_id, agent_id, state, made_at, expires_at, closed_at, epoch, decision)
    select offer_id, work_id, agent_id, 'accepted', :now, expires_at, :now, :epoch::bigint, decision::jsonb from taken
)
select work_id, kind, agent_id, queue_id, channel from taken

-- name: commit_broadcast
-- Ask many agents at once for work that goes on waiting: who is still there, for what still waits, once each.
with decided as (
    select * from unnest(:work_ids::uuid[], :agent_ids::uuid[], :offer_ids::uuid[], :expires::timestamptz[], :decisions::text[])
        as d (work_id, agent_id, offer_id, expires_at, decision)
), waiting as materialized (
    select w.id, w.queue_id, w.channel, w.summary, w.first_enqueued_at from work w join (select distinct work_id from decided) d on d.work_id = w.id
    where w.state = 'queued' order by w.id for update of w
), asked as (
    insert into offer (id, work_id, agent_id, state, made_at, expires_at, epoch, decision, is_broadcast)
    select d.offer_id, d.work_id, d.agent_id, 'offered', :now::timestamptz, d.expires_at, :epoch::bigint, d.decision::jsonb, true
    from decided d join waiting w on w.id = d.work_id join agent a on a.staff_id = d.agent_id and a.state = 'available'
    on conflict do nothing
    returning id, work_id, agent_id, expires_at
)
select asked.work_id, asked.agent_id, asked.id as offer_id, waiting.queue_id, waiting.channel, waiting.summary, waiting.first_enqueued_at,
       asked.expires_at
from asked join waiting on waiting.id = asked.work_id

-- name: accept_broadcast
-- The first of those who were asked has it, as far as there is room: they are ready no more for the others.
update work w set state = 'assigned', agent_id = a.staff_id, sticky_agent_id = null, assigned_at = :now::timestamptz,
    changed_at = clock_timestamp(), version = w.version + 1
from agent a where w.id = :id::uuid and w.state = 'queued' and a.staff_id = :agent_id::uuid and a.used_units + w.units <= a.capacity_units
returning w.units

-- name: open_offers
-- How many are still asked.
select count(*)::int from offer where work_id = :work_id::uuid and state = 'offered'

-- name: expire_broadcast
-- What nobody took in time is asked anew, and is nobody's miss.
update offer set state = 'timeout', closed_at = :now::timestamptz
where work_id = :work_id::uuid and is_broadcast and state = 'offered' and expires_at <= :now
returning id, work_id, agent_id

-- name: expired_offers
-- Offers that nobody answered in time.
select id, work_id, is_broadcast from offer where state = 'offered' and expires_at <= :now::timestamptz order by expires_at limit :most::int

-- name: ended_wrap_ups
-- Wrap-up times that are over.
select id from work where state = 'wrap_up' and wrap_up_until <= :now::timestamptz order by wrap_up_until limit :most::int

-- name: open_offers_of
-- What one agent has not answered yet.
select id, work_id, is_broadcast from offer where agent_id = :agent_id::uuid and state = 'offered' order by work_id

-- name: offers_for_snapshot
-- What the console shows as offered.
select o.id as offer_id, o.work_id, o.made_at, o.expires_at, o.is_broadcast, w.queue_id, w.channel, w.summary, w.first_enqueued_at, q.name as queue_name
from offer o join work w on w.id = o.work_id join queue q on q.id = w.queue_id
where o.agent_id = :agent_id::uuid and o.state = 'offered' order by o.made_at

-- name: agents_for_router
-- Agents as the engine sees them: the given ones, or all.
select a.staff_id, a.trust, a.capacity_units, a.state, a.idle_since, a.since,
       a.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second' as is_alive,
       coalesce((select jsonb_object_agg(skill_id, level) from agent_skill s where s.staff_id = a.staff_id), '{}') as skills,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = a.staff_id) as permissions,
       (select l.until from agent_lease l where l.agent_id = a.staff_id and l.until > clock_timestamp()) as leased_until,
       p.is_active,
       case when p.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = p.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches,
       coalesce((select jsonb_object_agg(w.id, jsonb_build_array(w.channel, w.units, w.full_units is not null)) from work w where w.agent_id = a.staff_id), '{}')
           as holding
from agent a join staff p on p.id = a.staff_id
where (:ids::uuid[] is null or a.staff_id = any(:ids))

-- name: waiting_for_router
-- All that waits, what asks for the same in one row: there may be very many, most of which differ in id and time alone.
with kept as (
    select x.work_id, jsonb_object_agg(x.agent_id, case when x.until = 'infinity' then null else extract(epoch from x.until) end) as excluded
    from work_exclusion x join work w on w.id = x.work_id and w.state = 'queued' where x.until > clock_timestamp() group by x.work_id
), asked as (
    select work_id, array_agg(agent_id) as asked from offer where state = 'offered' and is_broadcast group by work_id
)
select w.queue_id, w.branch_id, w.channel, w.priority, w.is_emergency, w.sticky_agent_id, 'queued' as state, w.least_step,
       nullif(w.asked_skills, '{}') as asked_skills, nullif(w.attributes, '{}') as attributes, asked.asked, kept.excluded,
       -- In no order: with one, everything would be sorted by all of these columns.
       array_agg(w.id) as ids, array_agg((extract(epoch from w.first_enqueued_at) * 1000000)::bigint) as firsts,
       array_agg((extract(epoch from w.due_at) * 1000000)::bigint) as dues
from work w left join kept on kept.work_id = w.id left join asked on asked.work_id = w.id
where w.state = 'queued'
group by w.queue_id, w.branch_id, w.channel, w.priority, w.is_emergency, w.sticky_agent_id, w.least_step, w.asked_skills, w.attributes,
         asked.asked, kept.excluded
order by min(w.first_enqueued_at), min(w.id::text)

-- name: work_for_router
-- Work as the engine sees it. What is empty is null.
select w.id, w.queue_id, w.branch_id, w.channel, w.priority, w.is_emergency, w.first_enqueued_at, w.due_at, w.sticky_agent_id, w.state,
       w.agent_id, w.least_step, nullif(w.asked_skills, '{}') as asked_skills, nullif(w.attributes, '{}') as attributes,
       array(select o.agent_id from offer o where o.work_id = w.id and o.state = 'offered' and o.is_broadcast) as asked,
       (select jsonb_object_agg(x.agent_id, case when x.until = 'infinity' then null else extract(epoch from x.until) end)
        from work_exclusion x where x.work_id = w.id and x.until > clock_timestamp()) as excluded
from work w
where w.id = any(:ids::uuid[])
order by w.first_enqueued_at, w.id

-- name: alive_agents
-- Whose sockets were heard of lately, and a mark of who they are; nobody is listed while the mark is the known one: they may be many.
select mark, case when mark = :known::text then null else ids end as ids from (
    select array_agg(staff_id) as ids, count(*) || ':' || coalesce(bit_xor(hashtextextended(staff_id::text, 0)), 0) as mark
    from agent where heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second') alive

-- name: lost_agents
-- Who says to be there, but has had no socket for a while.
select staff_id from agent
where state <> 'offline' and heartbeat_at < clock_timestamp() - :lost_seconds::float8 * interval '1 second'

-- name: drifted_agents
-- Whose used units are not what their work adds up to.
select a.staff_id, a.used_units, coalesce(sum(w.units), 0)::int as actual
from agent a left join work w on w.agent_id = a.staff_id
where (:ids::uuid[] is null or a.staff_id = any(:ids))
group by a.staff_id, a.used_units having a.used_units <> coalesce(sum(w.units), 0)

-- name: repair_units
-- Under the agent's lock: what the work adds up to now.
update agent a set used_units = w.units, over_units = greatest(w.units - a.capacity_units, 0)
from (select coalesce(sum(units), 0)::int as units from work where agent_id = :agent_id::uuid) w
where a.staff_id = :agent_id and a.used_units <> w.units
returning a.staff_id

-- name: all_branches
-- For agents of the whole organisation.
select id from branch

-- name: waiting_ids
-- Waiting work, for the comparison with memory; whether it has been waiting for some seconds.
select w.id, q.is_active and w.changed_at < clock_timestamp() - :settled_seconds::float8 * interval '1 second' as is_due
from work w join queue q on q.id = w.queue_id where w.state = 'queued'

-- name: settled_elsewhere
-- Which of these have not been waiting for some seconds, or are not there.
select asked.id from unnest(:ids::uuid[]) as asked (id) left join work w on w.id = asked.id
where w.id is null or (w.state <> 'queued' and w.changed_at < clock_timestamp() - :settled_seconds::float8 * interval '1 second')

-- name: settled_agents
-- Who has said for some seconds to be available, or not to be; and whether a socket of theirs is surely alive.
select a.staff_id, a.state = 'available' and p.is_active as is_available,
       a.heartbeat_at > clock_timestamp() - :sure_seconds::float8 * interval '1 second' as is_surely_alive
from agent a join staff p on p.id = a.staff_id where a.since < clock_timestamp() - :settled_seconds::float8 * interval '1 second'

-- name: position_in_queue
-- How many of the same queue the router takes before this one; null when it does not wait. What is due at a moment stands where it
-- would if it had come the queue's target before. In one queue the target is the same.
with mine as (
    select w.id, w.queue_id, w.is_emergency, w.state,
           coalesce(w.due_at - q.target_seconds * interval '1 second', w.first_enqueued_at)
           - (:boosts::int[])[w.priority + 1] * interval '1 second' as since, q.target_seconds * interval '1 second' as target
    from work w join queue q on q.id = w.queue_id where w.id = :id::uuid
)
select case when w.state in ('queued', 'offered') then 1 + (
    select count(*) from unnest(:boosts::int[]) with ordinality b (seconds, place), lateral (
        select from work o
        where o.queue_id = w.queue_id and o.priority = b.place - 1 and o.state = 'queued' and o.id <> w.id and o.due_at is null
          and o.first_enqueued_at < w.since + b.seconds * interval '1 second' and (o.is_emergency or not w.is_emergency)
        limit 2000) o) + (
    select count(*) from unnest(:boosts::int[]) with ordinality b (seconds, place), lateral (
        select from work o
        where o.queue_id = w.queue_id and o.priority = b.place - 1 and o.state = 'queued' and o.id <> w.id and o.due_at is not null
          and o.due_at < w.since + w.target + b.seconds * interval '1 second' and (o.is_emergency or not w.is_emergency)
        limit 2000) o) + (
    select count(*) from work o
    where o.is_emergency and not w.is_emergency and o.queue_id = w.queue_id and o.state = 'queued'
      and coalesce(o.due_at - w.target, o.first_enqueued_at) >= w.since + (:boosts::int[])[o.priority + 1] * interval '1 second') end
from mine w

-- name: where_it_waits
-- In which queue and on which channel something waits.
select queue_id, channel from work where id = :id::uuid and state in ('queued', 'offered')

-- name: shares_of_agents
-- Which part of each queue's available agents serves this queue too.
with able as (
    select q.id as queue_id, a.staff_id from queue q join agent a on a.trust >= q.trust
    where q.is_active and a.state = 'available' and a.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second'
      and not exists (select from jsonb_each_text(q.skills) s where not exists (
          select from agent_skill k where k.staff_id = a.staff_id and k.skill_id = s.key::uuid and k.level >= s.value::int))
      and exists (select from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = a.staff_id and q.permission = any(r.permissions))
)
select o.queue_id, count(m.staff_id)::float8 / count(*) as share
from able o left join able m on m.queue_id = :queue_id::uuid and m.staff_id = o.staff_id
group by o.queue_id having count(m.staff_id) > 0

-- name: waiting_in_queues
-- The first of what waits in these queues, of each priority: their keys say who is before whom.
select w.id, w.queue_id, w.channel, w.priority, w.is_emergency, w.first_enqueued_at, w.due_at, w.units, w.state, q.target_seconds
from queue q, generate_series(0, 3) p (priority), lateral (
    (select * from work o where o.queue_id = q.id and o.priority = p.priority and o.state in ('queued', 'offered') and o.due_at is null
     order by o.first_enqueued_at limit :most::int)
    union all
    (select * from work o where o.queue_id = q.id and o.priority = p.priority and o.state in ('queued', 'offered') and o.due_at is not null
     order by o.due_at limit :most)) w
where q.id = any(:ids::uuid[])
order by coalesce(w.due_at, w.first_enqueued_at)

-- name: units_waiting
-- How many wait in these queues, up to a bound each, and what they weigh.
select q.id as queue_id, count(*)::int as count, coalesce(sum(w.units), 0)::float8 as units
from queue q, lateral (select units from work o where o.queue_id = q.id and o.state = 'queued' limit :most::int) w
where q.id = any(:ids::uuid[]) group by q.id

-- name: pace_of_queue
-- How long the last contacts of a queue took within 8 hours (newer ones count more), who of them left, and how many can be handled at once.
with ended as (
    select assigned_at, abandoned_at, changed_at, units, extract(epoch from coalesce(assigned_at, abandoned_at) - first_enqueued_at)::float8 as waited,
           power(0.94, row_number() over (partition by assigned_at is null order by changed_at desc) - 1)::float8 as weight
    from (select * from work where queue_id = :queue_id::uuid and channel = :channel::text and state = 'done'
            and (assigned_at is not null or abandoned_at is not null) and changed_at > clock_timestamp() - interval '8 hours'
          order by changed_at desc limit 200) latest
), pace as (
    select count(assigned_at)::int as samples, count(*) filter (where assigned_at is null)::int as abandons,
           coalesce(sum(greatest(waited, 0)), 0)::float8 as waited_seconds,
           sum(weight * extract(epoch from changed_at - assigned_at)::float8) / nullif(sum(weight) filter (where assigned_at is not null), 0) as seconds,
           greatest(1, coalesce(avg(units), 100))::float8 as units
    from ended
)
select pace.samples, pace.abandons, pace.waited_seconds, pace.seconds, pace.units, (
    select coalesce(sum(greatest(1, floor(a.capacity_units / pace.units))), 0) from agent a, queue q
    where q.id = :queue_id and a.state = 'available' and a.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second'
      and a.trust >= q.trust
      and not exists (select from jsonb_each_text(q.skills) s where not exists (
          select from agent_skill k where k.staff_id = a.staff_id and k.skill_id = s.key::uuid and k.level >= s.value::int))
)::int as slots
from pace

-- name: kept_place
-- The place that a work has or had.
select first_enqueued_at, queue_id, branch_id, priority, is_emergency, attributes from work where id = :id::uuid

-- name: take_back_place
-- The place of somebody who left and comes back: it is theirs once.
update work set abandoned_at = null where id = (
    select id from work where id = any(:ids::uuid[]) and queue_id = :queue_id::uuid and state = 'done' and abandoned_at > :since::timestamptz
    order by first_enqueued_at limit 1 for update skip locked)
returning first_enqueued_at, queue_id, branch_id, priority, is_emergency, attributes

-- name: offer_callback
-- Whoever waits may be called back.
update work set callback_offered_at = :now::timestamptz where id = :id::uuid and state in ('queued', 'offered') and callback_offered_at is null

-- name: is_callback_offered
-- Whether an overflow offered it.
select callback_offered_at is not null from work where id = :id::uuid

-- name: callbacks_offered_in
-- What waits in a queue and may be called back, whatever the estimate.
select id from work where queue_id = :queue_id::uuid and state in ('queued', 'offered') and callback_offered_at is not null limit 2000

-- name: decisions_of_work
-- Why it came to whom, newest first.
select o.id, o.agent_id, p.name as agent_name, o.state, o.made_at, o.expires_at, o.closed_at, o.decision
from offer o join staff p on p.id = o.agent_id where o.work_id = :work_id::uuid order by o.made_at desc limit 50

-- name: extend_wrap_up
-- More time for it, once.
update work set wrap_up_until = wrap_up_until + :seconds::int * interval '1 second', is_extended = true,
    changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and state = 'wrap_up' and wrap_up_until is not null and not is_extended
returning id

-- name: lock_agents
-- Agents before their units are counted, in one order.
select staff_id from agent where staff_id = any(:ids::uuid[]) order by staff_id for update

-- name: take_work
-- Somebody has it at once; without `may_exceed` only within the capacity, and `only` says from which states it may be taken.
update work w set state = 'assigned', agent_id = a.staff_id, offer_id = null, wrap_up_until = null, sticky_agent_id = null,
    units = :units::int, full_units = null, quiet_since = null, assigned_at = :now::timestamptz,
    changed_at = clock_timestamp(), version = w.version + 1
from agent a where w.id = :id::uuid and a.staff_id = :agent_id::uuid and w.state = any(:only::text[])
  and (:may_exceed::boolean or a.used_units + :units <= a.capacity_units)
returning w.units

-- name: rest_work
-- It weighs nothing while it is snoozed.
update work set full_units = coalesce(full_units, units), units = 0, quiet_since = null, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and state = 'assigned' and (full_units is null or quiet_since is not null)
returning id

-- name: calm_work
-- The customer has said nothing for a while: it weighs a tenth, and something.
update work set full_units = units, units = greatest(units / 10, 1), quiet_since = :now::timestamptz, changed_at = clock_timestamp(),
    version = version + 1
where id = :id::uuid and state = 'assigned' and full_units is null and units > 1
returning units

-- name: rouse_work
-- It weighs what it weighs, whether there is room or not.
update work set units = full_units, full_units = null, quiet_since = null, changed_at = clock_timestamp(), version = version + 1
where id = :id::uuid and full_units is not null and agent_id is not null
returning units

-- name: lost_live_work
-- Conversations whose customer waits before a screen, of agents who have been gone for a while; what is snoozed may wait.
select w.id from work w join agent a on a.staff_id = w.agent_id
where w.state = 'assigned' and w.channel = any(:channels::text[]) and a.state = 'offline'
  and a.heartbeat_at < clock_timestamp() - :lost_seconds::float8 * interval '1 second'
  and (w.full_units is null or w.quiet_since is not null)
order by w.id limit :most::int

-- name: work_with_overflow
-- What waits in queues that say what happens to those who wait too long, oldest first.
select w.id, w.queue_id, w.first_enqueued_at, w.overflowed from work w join queue q on q.id = w.queue_id
where w.state = 'queued' and q.overflow <> '[]' and (w.first_enqueued_at, w.id) > (:after_at::timestamptz, :after_id::uuid)
order by w.first_enqueued_at, w.id limit :most::int

-- name: overflow_done
-- Each rule runs once for a work.
update work set overflowed = array_append(overflowed, :rule::text), changed_at = clock_timestamp()
where id = :id::uuid and state = 'queued' and not (:rule = any(overflowed))
returning id

-- name: settled_holdings
-- Who has what, as it has been for some seconds, for the comparison with memory.
select agent_id, array_agg(id) as works from work
where agent_id is not null and changed_at < clock_timestamp() - :settled_seconds::float8 * interval '1 second' group by agent_id

-- name: offered_work
-- An open offer to this agent: which work, and whose data.
select o.work_id, w.branch_id from offer o join work w on w.id = o.work_id
where o.id = :id::uuid and o.agent_id = :agent_id::uuid and o.state = 'offered'

-- name: ask_outbound
-- The dialer asks for agents, or for another number of them; it goes on asking while it lives.
insert into outbound_ask (id, queue_id, inbound_queue_id, spare, wanted, expires_at)
values (:id::uuid, :queue_id::uuid, :inbound_queue_id::uuid, :spare::int, :wanted::int, clock_timestamp() + :seconds::float8 * interval '1 second')
on conflict (id) do update set queue_id = excluded.queue_id, inbound_queue_id = excluded.inbound_queue_id, spare = excluded.spare,
    wanted = excluded.wanted, expires_at = excluded.expires_at

-- name: drop_ask
-- The dialer wants nobody any more.
delete from outbound_ask where id = :id::uuid

-- name: outbound_asks
-- What the dialer asks for, with how many it has.
select a.id, a.queue_id, a.inbound_queue_id, a.spare, a.wanted,
       (select count(*) from agent_lease l where l.ask_id = a.id) as held
from outbound_ask a where a.expires_at > clock_timestamp() order by a.id

-- name: waits_since
-- Of who came to a queue by themselves and whose wait has ended since then: how many, and how many were answered within its target.
select count(*)::int as calls,
       (count(*) filter (where w.assigned_at <= w.first_enqueued_at + q.target_seconds * interval '1 second'))::int as in_target
from work w join queue q on q.id = w.queue_id
where w.queue_id = :queue_id::uuid and w.channel = :channel::text and coalesce(w.assigned_at, w.abandoned_at) > :since::timestamptz
  and ((w.state = 'done' and w.changed_at > :since) or w.agent_id is not null)
  and w.attributes ->> 'direction' is distinct from 'outbound'

-- name: end_leases
-- Leases that are over: their time, their dialer, or their agent's being there.
delete from agent_lease l
where l.until <= clock_timestamp()
   or not exists (select 1 from outbound_ask a where a.id = l.ask_id and a.expires_at > clock_timestamp())
   or not exists (select 1 from agent g where g.staff_id = l.agent_id and g.state = 'available'
                  and g.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second')
returning l.agent_id

-- name: commit_leases
-- Agents for the dialer; who has something by now is not among them.
insert into agent_lease (agent_id, ask_id, until)
select s.agent_id, :ask_id::uuid, clock_timestamp() + :seconds::float8 * interval '1 second'
from unnest(:agent_ids::uuid[]) as s (agent_id) join agent g on g.staff_id = s.agent_id
where g.state = 'available' and not exists (select 1 from work w where w.agent_id = g.staff_id and w.channel = 'voice')
on conflict (agent_id) do nothing
returning agent_id

-- name: leases_of
-- Whom the dialer has for an ask, the longest idle first.
select l.agent_id from agent_lease l join agent g on g.staff_id = l.agent_id
where l.ask_id = :ask_id::uuid and l.until > clock_timestamp() and g.state = 'available'
  and g.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second'
order by g.idle_since, l.agent_id

-- name: drop_leases
-- Given back, or used.
delete from agent_lease where ask_id = :ask_id::uuid and agent_id = any(:agent_ids::uuid[]) returning agent_id

-- name: take_lease
-- One agent of an ask for one work, and nobody else takes the same; `wanted` is the only one who may be.
delete from agent_lease where agent_id = (
    select l.agent_id from agent_lease l join agent g on g.staff_id = l.agent_id
    where l.ask_id = :ask_id::uuid and l.until > clock_timestamp() and g.state = 'available'
      and (:wanted::uuid is null or l.agent_id = :wanted) and l.agent_id <> all(:but::uuid[])
    order by g.idle_since, l.agent_id limit 1 for update of l skip locked)
returning agent_id

-- name: outbound_at_work
-- Which agents are in work of a queue that the dialer began, wrap-up included.
select distinct w.agent_id from work w
where w.queue_id = :queue_id::uuid and w.agent_id is not null and w.attributes ->> 'campaign' = :campaign::text
