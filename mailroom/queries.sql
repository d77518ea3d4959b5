-- name: rules_of_account
-- What sorts an account's mail, in the order in which it is asked.
select id, account_id, name, position, conditions, actions, is_active, version
from sorting_rule where account_id = :account_id::uuid order by position, name

-- name: save_rule
-- A new rule, or the next version of one; no row when somebody else changed it first.
insert into sorting_rule (id, account_id, name, position, conditions, actions, is_active)
values (:id::uuid, :account_id::uuid, :name::text, :position::int, :conditions::jsonb, :actions::jsonb, :is_active::boolean)
on conflict (id) do update set name = excluded.name, position = excluded.position, conditions = excluded.conditions,
    actions = excluded.actions, is_active = excluded.is_active, version = sorting_rule.version + 1
    where sorting_rule.version = :version::int and sorting_rule.account_id = excluded.account_id
returning id, account_id, name, position, conditions, actions, is_active, version

-- name: remove_rule
-- It sorts no longer.
delete from sorting_rule where id = :id::uuid and account_id = :account_id::uuid returning name

-- name: get_acknowledgement
-- When and how an account acknowledges.
select account_id, mode, texts, answer_minutes, version from acknowledgement where account_id = :account_id::uuid

-- name: save_acknowledgement
-- The first one, or the next version; no row when somebody else changed it first.
insert into acknowledgement (account_id, mode, texts, answer_minutes)
values (:account_id::uuid, :mode::text, :texts::jsonb, :answer_minutes::int)
on conflict (account_id) do update set mode = excluded.mode, texts = excluded.texts,
    answer_minutes = excluded.answer_minutes, version = acknowledgement.version + 1
    where acknowledgement.version = :version::int
returning account_id, mode, texts, answer_minutes, version

-- name: may_acknowledge
-- Note that this address is answered by the machine now; no row when it was within a day.
insert into acknowledged (account_id, address, at) values (:account_id::uuid, :address::text, :now::timestamptz)
on conflict (account_id, address) do update set at = excluded.at where acknowledged.at < excluded.at - interval '1 day'
returning at

-- name: acknowledged_lately
-- How many an account answered by the machine within the hour.
select count(*) from acknowledged where account_id = :account_id::uuid and at > :now::timestamptz - interval '1 hour'
