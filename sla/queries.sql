-- name: list_calendars
-- All calendars by name, each with its branches.
select c.id, c.name, c.hours, c.is_default, c.version,
       array(select b.branch_id from sla_branch b where b.calendar_id = c.id order by b.branch_id) as branches
from sla_calendar c order by c.name

-- name: save_calendar
-- A new calendar, or the next version of one; no row when somebody else changed it first.
insert into sla_calendar (id, name, hours, is_default)
values (:id::uuid, :name::text, :hours::jsonb, :is_default::boolean)
on conflict (id) do update set name = excluded.name, hours = excluded.hours, is_default = excluded.is_default,
    version = sla_calendar.version + 1
    where sla_calendar.version = :version::int
returning version

-- name: clear_default
-- Another one becomes the default; who read the one that was has to read it anew, or would take it back.
update sla_calendar set is_default = false, version = version + 1 where is_default and id <> :id::uuid

-- name: clear_branches
-- Its branches are named anew.
delete from sla_branch where calendar_id = :id::uuid

-- name: lose_branches
-- Those whose branches go to this one are others than they were read as.
update sla_calendar set version = version + 1
where id in (select calendar_id from sla_branch where branch_id = any(:branches::uuid[]) and calendar_id <> :id::uuid)

-- name: name_branches
-- Whose hours these are; whoever had others has these.
insert into sla_branch (branch_id, calendar_id) select unnest(:branches::uuid[]), :id::uuid
on conflict (branch_id) do update set calendar_id = excluded.calendar_id

-- name: is_calendar_used
-- Whether a policy names it.
select exists (select from sla_policy where calendar_id = :id::uuid)

-- name: delete_calendar
-- No longer; its branches have none of their own then.
with gone as (delete from sla_branch where calendar_id = :id::uuid)
delete from sla_calendar where id = :id::uuid

-- name: list_policies
-- All policies in the order in which they are asked.
select id, name, position, conditions, targets, calendar_id, warn_percent, pauses_on, is_active, version
from sla_policy order by position, name

-- name: get_policy
-- One policy.
select id, name, position, conditions, targets, calendar_id, warn_percent, pauses_on, is_active, version
from sla_policy where id = :id::uuid

-- name: save_policy
-- A new policy, or the next version of one; no row when somebody else changed it first.
insert into sla_policy (id, name, position, conditions, targets, calendar_id, warn_percent, pauses_on, is_active)
values (:id::uuid, :name::text, :position::int, :conditions::jsonb, :targets::jsonb, :calendar_id::uuid,
        :warn_percent::int, :pauses_on::text[], :is_active::boolean)
on conflict (id) do update set name = excluded.name, position = excluded.position, conditions = excluded.conditions,
    targets = excluded.targets, calendar_id = excluded.calendar_id, warn_percent = excluded.warn_percent,
    pauses_on = excluded.pauses_on, is_active = excluded.is_active, version = sla_policy.version + 1
    where sla_policy.version = :version::int
returning version

-- name: delete_policy
-- No longer; its subjects get another one, or none, when they are looked at anew.
delete from sla_policy where id = :id::uuid

-- name: lock_rules
-- One change of calendars and policies at a time; who times a subject holds it shared, so that none is timed by what is gone.
select pg_advisory_xact_lock(hashtextextended('sla', 7))

-- name: read_rules
-- What holds, at once, as it stays until this is committed.
with held as materialized (select pg_advisory_xact_lock_shared(hashtextextended('sla', 7)))
select r.policies, r.calendars, r.parents from held cross join sla_rules r

-- name: insert_subject
-- Something is timed from now on.
insert into sla_subject (id, kind, facts, policy_id, opened_at, is_open)
values (:id::uuid, :kind::text, :facts::jsonb, :policy_id::uuid, :opened_at::timestamptz, :is_open::boolean)

-- name: get_subject
-- What is known of one, with its clocks in the order in which they were started.
select s.id, s.kind, s.facts, s.policy_id, s.opened_at, s.answered_at, s.is_open,
       (select coalesce(jsonb_agg(to_jsonb(c) - 'subject_id' order by c.metric, c.round), '[]')
        from sla_clock c where c.subject_id = s.id) as clocks
from sla_subject s where s.id = :id::uuid

-- name: get_subject_and_rules
-- As the two: what is known of one, and what holds until this is committed.
with held as materialized (select pg_advisory_xact_lock_shared(hashtextextended('sla', 7)))
select s.id, s.kind, s.facts, s.policy_id, s.opened_at, s.answered_at, s.is_open,
       (select coalesce(jsonb_agg(to_jsonb(c) - 'subject_id' order by c.metric, c.round), '[]')
        from sla_clock c where c.subject_id = s.id) as clocks,
       r.policies, r.calendars, r.parents
from held cross join sla_rules r cross join sla_subject s where s.id = :id::uuid

-- name: save_subject
-- What is known of it now.
update sla_subject set facts = :facts::jsonb, policy_id = :policy_id::uuid, answered_at = :answered_at::timestamptz,
    is_open = :is_open::boolean where id = :id::uuid

-- name: save_clocks
-- Clocks as they are now.
insert into sla_clock (subject_id, metric, round, state, target_minutes, warn_percent, runs, due_at, warn_at, warned_at,
                       breached_at, ended_at)
select :subject_id::uuid, c.metric, c.round, c.state, c.target_minutes, c.warn_percent, c.runs, c.due_at, c.warn_at,
       c.warned_at, c.breached_at, c.ended_at
from jsonb_to_recordset(:clocks::jsonb) as c (metric text, round int, state text, target_minutes int, warn_percent int,
     runs jsonb, due_at timestamptz, warn_at timestamptz, warned_at timestamptz, breached_at timestamptz, ended_at timestamptz)
on conflict (subject_id, metric, round) do update set state = excluded.state, target_minutes = excluded.target_minutes,
    warn_percent = excluded.warn_percent, runs = excluded.runs, due_at = excluded.due_at, warn_at = excluded.warn_at,
    warned_at = excluded.warned_at, breached_at = excluded.breached_at, ended_at = excluded.ended_at

-- name: insert_changes
-- What became due at another moment, and why.
insert into sla_change (id, subject_id, metric, round, at, cause, policy_name, target_minutes, due_before, due_after)
select c.id, :subject_id::uuid, c.metric, c.round, :at::timestamptz, :cause::text, :policy_name::text, c.target_minutes,
       c.due_before, c.due_after
from jsonb_to_recordset(:changes::jsonb) as c (id uuid, metric text, round int, target_minutes int, due_before timestamptz,
     due_after timestamptz)

-- name: list_changes
-- When what became due when, the newest last.
select metric, round, at, cause, policy_name, target_minutes, due_before, due_after
from sla_change where subject_id = :subject_id::uuid order by at, id limit 500

-- name: open_subjects
-- Those to be fitted anew, in order.
select id from sla_subject where is_open and id > :after::uuid order by id limit :most::int

-- name: due_subjects
-- Those of which something is near or late by now.
select distinct subject_id from (
    select subject_id from sla_clock
    where state = 'running' and least(case when warned_at is null then warn_at end,
                                      case when breached_at is null then due_at end) <= :now::timestamptz
    order by least(case when warned_at is null then warn_at end, case when breached_at is null then due_at end)
    limit :most::int) as due
