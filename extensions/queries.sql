-- name: get_extension
-- One extension with its secret.
select id, name, url, place, permission, branch_id, shares_addresses, secret, is_enabled, version from extension where id = :id::uuid

-- name: list_extensions
-- Extensions in scope; the enabled ones alone when asked.
select id, name, url, place, permission, branch_id, shares_addresses, is_enabled, version from extension
where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) and (is_enabled or not :only_enabled::boolean)
order by id limit 200

-- name: save_extension
-- A new extension, or the next version of one; no row when somebody else changed it first.
insert into extension (id, name, url, place, permission, branch_id, shares_addresses, secret, is_enabled)
values (:id::uuid, :name::jsonb, :url::text, :place::text, :permission::text, :branch_id::uuid, :shares_addresses::boolean,
        :secret::bytea, :is_enabled::boolean)
on conflict (id) do update set name = excluded.name, url = excluded.url, place = excluded.place, permission = excluded.permission,
    branch_id = excluded.branch_id, shares_addresses = excluded.shares_addresses, is_enabled = excluded.is_enabled,
    version = extension.version + 1
    where extension.version = :version::int
returning version

-- name: save_secret
-- Another secret: tokens by the old one count no longer.
update extension set secret = :secret::bytea, version = version + 1 where id = :id::uuid

-- name: delete_extension
-- No longer.
delete from extension where id = :id::uuid
