-- name: ensure_agent
-- Whoever opens the console is on the floor; profile by default.
insert into agent (staff_id, since, idle_since) values (:staff_id::uuid, :now::timestamptz, :now::timestamptz) on conflict do nothing

-- name: get_agent
-- One agent.
select a.staff_id, p.name, a.trust, a.capacity_units, a.used_units, a.state, a.reason, a.since, a.version,
       coalesce((select jsonb_object_agg(skill_id, level) from agent_skill s where s.staff_id = a.staff_id), '{}') as skills
from agent a join staff p on p.id = a.staff_id where a.staff_id = :staff_id::uuid

-- name: list_agents
-- Agents in scope.
select a.staff_id, p.name, a.trust, a.capacity_units, a.used_units, a.state, a.reason, a.since, a.version,
       coalesce((select jsonb_object_agg(skill_id, level) from agent_skill s where s.staff_id = a.staff_id), '{}') as skills
from agent a join staff p on p.id = a.staff_id
where p.is_active and p.kind = 'staff' and a.staff_id > :after::uuid
  and (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches))
order by a.staff_id limit :most::int

-- name: agent_names
-- To whom work can be handed.
select a.staff_id as id, p.name from agent a join staff p on p.id = a.staff_id
where p.is_active and p.kind = 'staff' and (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches))
order by p.name limit 1000

-- name: lock_agent
-- One agent for the change that follows.
select a.staff_id, a.state, a.reason, a.since, a.version, p.branch_id from agent a join staff p on p.id = a.staff_id
where a.staff_id = :staff_id::uuid for update of a

-- name: branch_of_staff
-- Whose data a person is.
select branch_id from staff where id = :staff_id::uuid

-- name: save_presence
-- Becoming available starts the idle time anew; what was missed is forgiven.
update agent set state = :state::text, reason = :reason::text, since = :now::timestamptz, misses = 0,
    idle_since = case when :state = 'available' then :now else idle_since end,
    heartbeat_at = case when :state = 'offline' then heartbeat_at else greatest(heartbeat_at, :now) end
where staff_id = :staff_id::uuid

-- name: save_profile
-- What an administrator set; whoever has more than that now is over it until they have ended something.
insert into agent (staff_id, trust, capacity_units) values (:staff_id::uuid, :trust::int, :capacity_units::int)
on conflict (staff_id) do update set trust = excluded.trust, capacity_units = excluded.capacity_units, version = agent.version + 1,
    over_units = greatest(agent.used_units - excluded.capacity_units, 0)

-- name: clear_skills
-- Before new ones are given.
delete from agent_skill where staff_id = :staff_id::uuid

-- name: give_skills
-- Experience as levels.
insert into agent_skill (staff_id, skill_id, level) select :staff_id::uuid, unnest(:skill_ids::uuid[]), unnest(:levels::int[])

-- name: beat
-- These agents have a live socket.
update agent set heartbeat_at = clock_timestamp() where staff_id = any(:staff_ids::uuid[])

-- name: anyone_available
-- Whether somebody could take a chat.
select exists (select from agent where state = 'available' and heartbeat_at > clock_timestamp() - interval '15 seconds')

-- name: list_skills
-- All skills.
select id, name, version from skill order by name

-- name: skill_names
-- What these are called.
select id, name from skill where id = any(:ids::uuid[]) order by name

-- name: insert_skill
-- A new skill.
insert into skill (id, name) values (:id::uuid, :name::text)

-- name: rename_skill
-- Nothing when somebody changed it since this version was read.
update skill set name = :name::text, version = version + 1 where id = :id::uuid and version = :version::int returning version

-- name: has_skill
-- Whether there is such a skill.
select exists (select from skill where id = :id::uuid)
