-- name: list_rules
-- All rules in the order in which they act.
select id, name, position, trigger, conditions, actions, is_active, version from automation_rule order by position, name

-- name: get_rule
-- One rule.
select id, name, position, trigger, conditions, actions, is_active, version from automation_rule where id = :id::uuid

-- name: save_rule
-- A new rule, or the next version of one; no row when somebody else changed it first.
insert into automation_rule (id, name, position, trigger, conditions, actions, is_active)
values (:id::uuid, :name::text, :position::int, :trigger::jsonb, :conditions::jsonb, :actions::jsonb, :is_active::boolean)
on conflict (id) do update set name = excluded.name, position = excluded.position, trigger = excluded.trigger,
    conditions = excluded.conditions, actions = excluded.actions, is_active = excluded.is_active,
    version = automation_rule.version + 1
    where automation_rule.version = :version::int
returning version

-- name: delete_rule
-- No longer; what it did stays in the log.
delete from automation_rule where id = :id::uuid

-- name: list_macros
-- All macros in their order.
select id, names, kinds, actions, position, is_active, version from macro order by position, id

-- name: get_macro
-- One macro.
select id, names, kinds, actions, position, is_active, version from macro where id = :id::uuid

-- name: save_macro
-- A new macro, or the next version of one.
insert into macro (id, names, kinds, actions, position, is_active)
values (:id::uuid, :names::jsonb, :kinds::text[], :actions::jsonb, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, kinds = excluded.kinds, actions = excluded.actions,
    position = excluded.position, is_active = excluded.is_active, version = macro.version + 1
    where macro.version = :version::int
returning version

-- name: delete_macro
-- No longer.
delete from macro where id = :id::uuid

-- name: insert_run
-- What a rule did and why; no row when it did act on this beginning before.
insert into automation_run (id, rule_id, rule_name, ticket_id, cause, since, at, did, is_refused)
values (:id::uuid, :rule_id::uuid, :rule_name::text, :ticket_id::uuid, :cause::text, :since::timestamptz, :at::timestamptz,
        :did::jsonb, :is_refused::boolean)
on conflict do nothing
returning id

-- name: has_run
-- Whether it acted on this beginning before.
select exists (select from automation_run where rule_id = :rule_id::uuid and ticket_id = :ticket_id::uuid and since = :since::timestamptz)

-- name: list_runs
-- The log of what was done to tickets that the reader may know of, newest first.
select r.id, r.rule_id, r.rule_name, r.ticket_id, t.kind, t.serial, r.cause, r.at, r.did, r.is_refused
from automation_run r join ticket t on t.id = r.ticket_id
where r.id < :before::uuid and (:ticket_id::uuid is null or r.ticket_id = :ticket_id) and (:rule_id::uuid is null or r.rule_id = :rule_id)
  and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
  and (:me::uuid is null or :me <> all(t.hidden_from))
order by r.id desc limit :most::int

-- name: stages_looked_at
-- The stages of tickets that are not closed, where a rule says so only some of them.
select id from ticket_status
where category <> 'closed' and (:categories::text[] is null or category = any(:categories)) and (:ids::text[] is null or id::text = any(:ids))
order by position, id

-- name: lasting
-- Some of the tickets in one stage, those first that have been there longest, as conditions look at them; which of them a rule
-- acted on since this beginning. The text of a ticket is long, and is read where a condition asks for it.
select t.id, t.kind, t.category, t.status_id, t.type_id, t.owner_id, t.queue_id, t.branch_id, t.customer_id, t.requester_kind, t.source,
       t.is_confidential, t.sla, t.subject, case when :reads_text::boolean then t.description end as description, t.priority, t.fields,
       t.stage_since, case when :in_stage::boolean then t.stage_since else t.opened_at end as since,
       exists (select from automation_run r where r.rule_id = :rule_id::uuid and r.ticket_id = t.id
               and r.since = case when :in_stage then t.stage_since else t.opened_at end) as has_acted
from ticket t
where t.status_id = :status_id::uuid and t.merged_into is null and t.stage_since <= :until::timestamptz
  and (t.stage_since, t.id) > (:after_since::timestamptz, :after_id::uuid)
order by t.stage_since, t.id limit :most::int
