-- name: open_contacts
-- What the next events of these works continue.
select id, work_id, kind, queue_id, channel, came, enqueued_at, phase, phase_since, offered_at, offers, misses, declines, left_at, outcome,
       agent_id, handling_seconds, wrap_up_seconds, hold_seconds, held_since, ended_at, alert, alerted_at, branch_id, target_seconds
from queue_contact where work_id = any(:work_ids::uuid[]) and phase <> 'over'

-- name: save_contacts
-- Contacts as they are after a batch of events; branch and target stay as they were when each began.
insert into queue_contact (id, work_id, kind, queue_id, channel, branch_id, target_seconds, came, enqueued_at, phase, phase_since, offered_at,
                           offers, misses, declines, left_at, outcome, agent_id, handling_seconds, wrap_up_seconds, hold_seconds, held_since,
                           ended_at, alert, alerted_at, seq)
select c.id, c.work_id, c.kind, c.queue_id, c.channel, (select w.branch_id from work w where w.id = c.work_id), q.target_seconds, c.came,
       c.enqueued_at, c.phase, c.phase_since, c.offered_at, c.offers, c.misses, c.declines, c.left_at, c.outcome, c.agent_id,
       c.handling_seconds, c.wrap_up_seconds, c.hold_seconds, c.held_since, c.ended_at, c.alert, c.alerted_at, :seq::bigint
from jsonb_to_recordset(:contacts::jsonb) as c (
        id bigint, work_id uuid, kind text, queue_id uuid, channel text, came text, enqueued_at timestamptz, phase text,
        phase_since timestamptz, offered_at timestamptz, offers int, misses int, declines int, left_at timestamptz, outcome text,
        agent_id uuid, handling_seconds float8, wrap_up_seconds float8, hold_seconds float8, held_since timestamptz, ended_at timestamptz,
        alert text, alerted_at timestamptz)
    join queue q on q.id = c.queue_id
on conflict (id) do update set phase = excluded.phase, phase_since = excluded.phase_since, offered_at = excluded.offered_at,
    offers = excluded.offers, misses = excluded.misses, declines = excluded.declines, left_at = excluded.left_at, outcome = excluded.outcome,
    agent_id = excluded.agent_id, handling_seconds = excluded.handling_seconds, wrap_up_seconds = excluded.wrap_up_seconds,
    hold_seconds = excluded.hold_seconds, held_since = excluded.held_since, ended_at = excluded.ended_at,
    alert = excluded.alert, alerted_at = excluded.alerted_at, seq = excluded.seq

-- name: end_intervals
-- Each agent's state so far ends where the first of the new ones begins.
update agent_interval i set ended_at = n.at, seq = :seq::bigint
from unnest(:agent_ids::uuid[], :ats::timestamptz[]) as n (agent_id, at)
where i.agent_id = n.agent_id and i.ended_at is null

-- name: add_intervals
-- States of agents, with their ends as far as they have one.
insert into agent_interval (id, agent_id, state, reason, began_at, ended_at, seq)
select n.id, n.agent_id, n.state, n.reason, n.began_at, n.ended_at, :seq::bigint
from unnest(:ids::bigint[], :agent_ids::uuid[], :states::text[], :reasons::text[], :begans::timestamptz[], :endeds::timestamptz[])
    as n (id, agent_id, state, reason, began_at, ended_at) join staff s on s.id = n.agent_id
on conflict (id) do nothing

-- name: contacts_open
-- What waits or is in work, in the order in which it came.
select id, work_id, kind, queue_id, channel, came, enqueued_at, phase, phase_since, offered_at, offers, misses, declines, left_at, outcome,
       agent_id, handling_seconds, wrap_up_seconds, hold_seconds, held_since, ended_at, alert, alerted_at, branch_id, target_seconds
from queue_contact where phase <> 'over' order by id

-- name: contacts_ended
-- What ended after a contact that was read, page by page.
select id, work_id, kind, queue_id, channel, came, enqueued_at, phase, phase_since, offered_at, offers, misses, declines, left_at, outcome,
       agent_id, handling_seconds, wrap_up_seconds, hold_seconds, held_since, ended_at, alert, alerted_at, branch_id, target_seconds
from queue_contact where (ended_at, id) > (:after_at::timestamptz, :after_id::bigint) order by ended_at, id limit :most::int

-- name: contacts_changed
-- What changed since a position of the log.
select id, work_id, kind, queue_id, channel, came, enqueued_at, phase, phase_since, offered_at, offers, misses, declines, left_at, outcome,
       agent_id, handling_seconds, wrap_up_seconds, hold_seconds, held_since, ended_at, alert, alerted_at, branch_id, target_seconds
from queue_contact where seq > :seq::bigint order by id

-- name: intervals_of_day
-- When agents were there since a moment.
select id, agent_id, state, began_at, ended_at from agent_interval where ended_at is null or ended_at >= :since::timestamptz

-- name: intervals_changed
-- Whose state changed since a position of the log.
select id, agent_id, state, began_at, ended_at from agent_interval where seq > :seq::bigint

-- name: queues_on_board
-- What is counted, with the channels that come into each queue.
select q.id, q.name, q.branch_id, q.skills, q.channels, q.permission, q.trust, q.target_seconds, q.goal_percent, q.hours, q.is_active,
       array(select distinct case a.kind when 'ari' then 'voice' else a.kind end from channel_account a where a.queue_id = q.id and a.is_enabled) as fed
from queue q order by q.name

-- name: agents_on_board
-- Agents as the board shows them: these, or all.
select a.staff_id as id, p.name, p.branch_id, a.state, a.reason, a.since, a.used_units, a.capacity_units, a.trust,
       a.heartbeat_at > clock_timestamp() - :alive_seconds::float8 * interval '1 second' as is_alive,
       coalesce((select jsonb_object_agg(skill_id, level) from agent_skill s where s.staff_id = a.staff_id), '{}') as skills,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = a.staff_id) as permissions,
       case when p.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = p.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches
from agent a join staff p on p.id = a.staff_id
where p.is_active and p.kind = 'staff' and (:ids::uuid[] is null or a.staff_id = any(:ids))

-- name: open_alarms
-- What is wrong now.
select a.id, a.rule_id, a.queue_id, q.name as queue_name, q.branch_id, a.metric, a.threshold, a.value, a.raised_at, a.cleared_at
from alarm a join queue q on q.id = a.queue_id where a.cleared_at is null order by a.raised_at

-- name: list_alarms
-- What was wrong, newest first.
select a.id, a.rule_id, a.queue_id, q.name as queue_name, a.metric, a.threshold, a.value, a.raised_at, a.cleared_at
from alarm a join queue q on q.id = a.queue_id
where a.id < :before::uuid and (:queue_id::uuid is null or a.queue_id = :queue_id)
  and (:branches::uuid[] is null or q.branch_id is null or q.branch_id = any(:branches))
order by a.id desc limit :most::int

-- name: list_rules
-- Rules of the queues in scope.
select r.id, r.queue_id, r.metric, r.threshold, r.for_seconds, r.is_active, r.version
from alarm_rule r join queue q on q.id = r.queue_id
where (:branches::uuid[] is null or q.branch_id is null or q.branch_id = any(:branches)) order by q.name, r.metric, r.id

-- name: active_rules
-- What the evaluator holds the figures against.
select r.id, r.queue_id, r.metric, r.threshold, r.for_seconds, q.hours, q.branch_id
from alarm_rule r join queue q on q.id = r.queue_id where r.is_active and q.is_active

-- name: get_rule
-- One rule with whose queue it is.
select r.id, r.queue_id, r.metric, r.threshold, r.for_seconds, r.is_active, r.version, q.branch_id
from alarm_rule r join queue q on q.id = r.queue_id where r.id = :id::uuid

-- name: queue_branch
-- Whose a queue is; no row when there is none.
select id, branch_id from queue where id = :id::uuid

-- name: save_rule
-- A new rule, or the next version of one; no row when somebody else changed it first.
insert into alarm_rule (id, queue_id, metric, threshold, for_seconds, is_active)
values (:id::uuid, :queue_id::uuid, :metric::text, :threshold::float8, :for_seconds::int, :is_active::boolean)
on conflict (id) do update set queue_id = excluded.queue_id, metric = excluded.metric, threshold = excluded.threshold,
    for_seconds = excluded.for_seconds, is_active = excluded.is_active, version = alarm_rule.version + 1
    where alarm_rule.version = :version::int
returning version

-- name: delete_rule
-- What it raised stays in the log of alarms.
delete from alarm_rule where id = :id::uuid

-- name: raise_alarm
-- Once for each rule until it is cleared; no row when it is raised already.
insert into alarm (id, rule_id, queue_id, metric, threshold, value, raised_at)
values (:id::uuid, :rule_id::uuid, :queue_id::uuid, :metric::text, :threshold::float8, :value::float8, :now::timestamptz)
on conflict (rule_id) where cleared_at is null do nothing
returning id

-- name: clear_alarm
-- Back to what it should be.
update alarm set cleared_at = :now::timestamptz where id = :id::uuid and cleared_at is null returning queue_id, metric

-- name: queues_as_documents
-- What an alarm in the bell is about.
select id, name, branch_id from queue where id = any(:ids::uuid[])

-- name: own_offers
-- Why a work came to somebody: the offers to them.
select o.id, o.state, o.made_at, o.closed_at, o.decision, w.branch_id from offer o join work w on w.id = o.work_id
where o.work_id = :work_id::uuid and o.agent_id = :agent_id::uuid order by o.made_at desc limit 20
