-- name: get_widget
-- One widget.
select w.site, w.account_id, w.settings, w.origins, w.is_enabled and a.is_enabled as is_enabled, w.version
from widget w join channel_account a on a.id = w.account_id where w.site = :site::text

-- name: list_widgets
-- Widgets of accounts in scope.
select w.site, w.account_id, w.settings, w.origins, w.is_enabled, w.version
from widget w join channel_account a on a.id = w.account_id
where (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches)) order by w.site

-- name: save_widget
-- A new widget, or the next version of one; no row when somebody else changed it first.
insert into widget (site, account_id, settings, origins, is_enabled)
values (:site::text, :account_id::uuid, :settings::jsonb, :origins::text[], :is_enabled::boolean)
on conflict (site) do update set account_id = excluded.account_id, settings = excluded.settings, origins = excluded.origins,
    is_enabled = excluded.is_enabled, version = widget.version + 1
    where widget.version = :version::int
returning version

-- name: see_visitor
-- Keep what a visitor said about themselves; what is not said again stays.
insert into visitor (id, site, name, email, locale, page, created_at, seen_at)
values (:id::uuid, :site::text, :name::text, :email::text, :locale::text, :page::text, :now::timestamptz, :now::timestamptz)
on conflict (id) do update set name = coalesce(excluded.name, visitor.name), email = coalesce(excluded.email, visitor.email),
    locale = coalesce(excluded.locale, visitor.locale), page = excluded.page, seen_at = excluded.seen_at
