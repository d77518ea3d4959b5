-- name: get_setting
-- One setting with its version.
select value, version from setting where key = :key::text

-- name: save_setting
-- A setting, new or in its next version; no row when somebody else changed it first.
insert into setting (key, value) select :key::text, :value::jsonb
where :version::int = 0 or exists (select from setting where key = :key)
on conflict (key) do update set value = excluded.value, version = setting.version + 1 where setting.version = :version
returning version
