-- name: staff_by_login
-- Find who wants to sign in.
select id, login, name, password_hash, is_active and (expires_at is null or expires_at > clock_timestamp()) as is_active
from staff where login = :login::text

-- name: insert_session
-- Keep a session by the hash of its token.
insert into session (id, token_hash, staff_id, created_at, expires_at, address, user_agent)
values (:id::uuid, :token_hash::bytea, :staff_id::uuid, :created_at::timestamptz, :expires_at::timestamptz, :address::text, :user_agent::text)

-- name: identify_session
-- Who a session token belongs to, with present permissions and branches.
select s.id as session_id, p.kind, p.id, p.login, p.name, p.locale, p.calendar, p.branch_id,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id) as permissions,
       case when p.kind = 'guest' then '{}'::uuid[] when p.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = p.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches
from session s join staff p on p.id = s.staff_id
where s.token_hash = :token_hash::bytea and s.revoked_at is null and s.expires_at > clock_timestamp() and p.is_active
  and (p.expires_at is null or p.expires_at > clock_timestamp())

-- name: identify_token
-- Who an API token acts as: the scopes that its owner still has.
select t.id as token_id, p.kind, p.id, p.login, p.name, p.locale, p.calendar, p.branch_id,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id
             intersect select unnest(t.scopes)) as permissions,
       case when p.kind = 'guest' then '{}'::uuid[] when p.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = p.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches
from api_token t join staff p on p.id = t.staff_id
where t.token_hash = :token_hash::bytea and t.revoked_at is null
  and (t.expires_at is null or t.expires_at > clock_timestamp()) and p.is_active
  and (p.expires_at is null or p.expires_at > clock_timestamp())

-- name: revoke_sessions
-- End one session, or all of a person when no session is named.
update session set revoked_at = :now::timestamptz
where staff_id = :staff_id::uuid and revoked_at is null and (:session_id::uuid is null or id = :session_id)
returning id

-- name: list_sessions
-- Where a person is signed in.
select id, created_at, expires_at, address, user_agent from session
where staff_id = :staff_id::uuid and revoked_at is null and expires_at > clock_timestamp() order by created_at desc

-- name: save_preferences
-- What a person chose for the own screen.
update staff set locale = coalesce(:locale::text, locale), calendar = coalesce(:calendar::text, calendar) where id = :id::uuid

-- name: save_password
-- A new hash, or the same password under newer parameters.
update staff set password_hash = :password_hash::text where id = :id::uuid

-- name: list_staff
-- Staff in scope, by id.
select p.id, p.login, p.name, p.email, p.branch_id, p.is_active, p.locale, p.calendar, p.version,
       array(select role_id from staff_role where staff_id = p.id order by role_id) as role_ids
from staff p
where p.id > :after::uuid and (:branches::uuid[] is null or p.branch_id = any(:branches))
order by p.id limit :most::int

-- name: get_staff
-- One person.
select p.id, p.login, p.name, p.email, p.branch_id, p.is_active, p.locale, p.calendar, p.version,
       array(select role_id from staff_role where staff_id = p.id order by role_id) as role_ids
from staff p where p.id = :id::uuid

-- name: lock_staff
-- One person, for the change that follows.
select id, login, email, branch_id, version from staff where id = :id::uuid for update

-- name: insert_staff
-- A new person.
insert into staff (id, login, name, email, password_hash, branch_id, locale, calendar)
values (:id::uuid, :login::text, :name::text, :email::text, :password_hash::text, :branch_id::uuid, :locale::text, :calendar::text)

-- name: update_staff
-- Change what is given.
update staff set name = coalesce(:name::text, name), is_active = coalesce(:is_active::boolean, is_active),
    email = :email::text, branch_id = :branch_id::uuid, password_hash = coalesce(:password_hash::text, password_hash), version = version + 1
where id = :id::uuid

-- name: clear_roles
-- Before new ones are given.
delete from staff_role where staff_id = :staff_id::uuid

-- name: give_roles
-- Give roles.
insert into staff_role (staff_id, role_id) select :staff_id::uuid, unnest(:role_ids::uuid[])

-- name: permissions_of_roles
-- What these roles allow together.
select distinct unnest(permissions) as permission from role where id = any(:role_ids::uuid[])

-- name: permissions_of_staff
-- What somebody's roles allow together.
select distinct unnest(r.permissions) as permission from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = :staff_id::uuid

-- name: list_roles
-- All roles.
select id, name, permissions, version from role order by name

-- name: insert_role
-- A new role.
insert into role (id, name, permissions) values (:id::uuid, :name::text, :permissions::text[])

-- name: lock_role
-- One role, for the change that follows.
select permissions, version from role where id = :id::uuid for update

-- name: update_role
-- What a role is called and allows.
update role set name = :name::text, permissions = :permissions::text[], version = version + 1 where id = :id::uuid

-- name: active_in_role
-- Whose rights a role's change touches.
select p.id from staff_role sr join staff p on p.id = sr.staff_id where sr.role_id = :role_id::uuid and p.is_active order by p.id

-- name: list_branches
-- Branches in scope.
select id, name, parent_id, version from branch where (:branches::uuid[] is null or id = any(:branches)) order by name

-- name: insert_branch
-- A new branch.
insert into branch (id, name, parent_id) values (:id::uuid, :name::text, :parent_id::uuid)

-- name: lock_branches
-- The whole tree: two moves at once could make a ring that neither of them sees.
select id, name, parent_id, version from branch order by id for update

-- name: update_branch
-- A new name, or another place.
update branch set name = :name::text, parent_id = :parent_id::uuid, version = version + 1 where id = :id::uuid

-- name: active_in_branches
-- Whose scope follows from one of these branches.
select id from staff where branch_id = any(:branches::uuid[]) and is_active order by id

-- name: insert_token
-- A token by its hash.
insert into api_token (id, token_hash, name, staff_id, scopes, created_at, expires_at)
values (:id::uuid, :token_hash::bytea, :name::text, :staff_id::uuid, :scopes::text[], :created_at::timestamptz, :expires_at::timestamptz)

-- name: list_tokens
-- The own tokens.
select id, name, scopes, created_at, expires_at from api_token where staff_id = :staff_id::uuid and revoked_at is null order by created_at

-- name: revoke_token
-- Never again.
update api_token set revoked_at = :now::timestamptz where id = :id::uuid and staff_id = :staff_id::uuid and revoked_at is null returning name

-- name: count_staff
-- Whether the organisation is empty.
select count(*) from staff

-- name: profile
-- A person with what the roles allow.
select p.kind, p.id, p.login, p.name, p.locale, p.calendar, p.branch_id,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id) as permissions
from staff p where p.id = :id::uuid and p.is_active

-- name: actors
-- These people as they would act now, those who may no longer sign in left out.
select p.kind, p.id, p.login, p.name, p.locale,
       array(select distinct unnest(r.permissions) from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id) as permissions,
       case when p.kind = 'guest' then '{}'::uuid[] when p.branch_id is null then null else array(
           with recursive below as (
               select id from branch where id = p.branch_id
               union select b.id from branch b join below on b.parent_id = below.id)
           select id from below) end as branches
from staff p
where p.id = any(:ids::uuid[]) and p.is_active and (p.expires_at is null or p.expires_at > clock_timestamp())

-- name: ids_of_logins
-- Who is meant by these logins.
select id, login from staff where login = any(:logins::text[]) and is_active and kind = 'staff'

-- name: insert_guest
-- Somebody of another organisation, until a set time.
insert into staff (id, login, name, email, password_hash, locale, kind, organisation, expires_at)
values (:id::uuid, :login::text, :name::text, :login, :password_hash::text, :locale::text, 'guest', :organisation::text, :expires_at::timestamptz)

-- name: guest_by_login
-- Whether this address is known, and as what.
select id, kind, is_active from staff where login = :login::text for update

-- name: extend_guest
-- A guest who is invited again stays at least until then.
update staff set expires_at = greatest(expires_at, :expires_at::timestamptz), version = version + 1
where id = :id::uuid and kind = 'guest'

-- name: guest_role
-- What guests may do.
select id from role where name = 'Guest'

-- name: lock_guest_role
-- The first guest makes the role, and only one is the first.
select pg_advisory_xact_lock(hashtextextended('role:guest', 9))

-- name: list_views
-- The own views of a page and those that are shared by whoever sees nothing else than the asker does.
select v.id, v.page, v.owner_id, o.name as owner_name, v.name, v.settings, v.is_shared, v.position, v.version
from saved_view v join staff o on o.id = v.owner_id
where v.page = :page::text
  and (v.owner_id = :staff_id::uuid
       or (v.is_shared and (:branches::uuid[] is null or o.branch_id is null or o.branch_id = any(:branches))))
order by v.position, v.created_at, v.id limit 200

-- name: get_view
-- One view with whose it is.
select v.id, v.page, v.owner_id, o.name as owner_name, o.branch_id, v.name, v.settings, v.is_shared, v.position, v.version
from saved_view v join staff o on o.id = v.owner_id where v.id = :id::uuid

-- name: lock_views
-- One save at a time for each person, so that the limit holds.
select pg_advisory_xact_lock(hashtextextended(:staff_id::uuid::text, 23))

-- name: count_views
-- How many somebody keeps for a page.
select count(*) from saved_view where owner_id = :staff_id::uuid and page = :page::text

-- name: insert_view
-- A new view, behind the others.
insert into saved_view (id, page, owner_id, name, settings, is_shared, position, created_at)
values (:id::uuid, :page::text, :owner_id::uuid, :name::text, :settings::jsonb, :is_shared::boolean,
        (select coalesce(max(position) + 1, 0) from saved_view where owner_id = :owner_id and page = :page), :now::timestamptz)

-- name: update_view
-- Change what is given; no row when somebody changed it first.
update saved_view set name = coalesce(:name::text, name), settings = coalesce(:settings::jsonb, settings),
    is_shared = coalesce(:is_shared::boolean, is_shared), position = coalesce(:position::int, position), version = version + 1
where id = :id::uuid and version = :version::int

-- name: delete_view
-- No longer, and nobody begins with it.
delete from saved_view where id = :id::uuid

-- name: default_view
-- With which view a page begins.
select view_id from saved_view_default where staff_id = :staff_id::uuid and page = :page::text

-- name: set_default_view
-- A page begins with this view from now on.
insert into saved_view_default (staff_id, page, view_id) values (:staff_id::uuid, :page::text, :view_id::uuid)
on conflict (staff_id, page) do update set view_id = excluded.view_id

-- name: clear_default_view
-- A page begins with everything.
delete from saved_view_default where staff_id = :staff_id::uuid and page = :page::text

-- name: who_may
-- Colleagues with a permission who see data of a branch, those of the branch itself and of the nearest above first.
with recursive above as (
    select id, parent_id, 0 as distance from branch where id = :branch_id::uuid
    union all select b.id, b.parent_id, above.distance + 1 from branch b join above on above.parent_id = b.id
)
select p.id from staff p left join above on above.id = p.branch_id
where p.is_active and p.kind = 'staff' and (p.branch_id is null or :branch_id::uuid is null or above.id is not null)
  and exists (select from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = p.id and :permission::text = any(r.permissions))
order by above.distance nulls last, p.id limit :most::int

-- name: lock_permissions
-- Those that are known here; of several processes that start with a new version one at a time asks.
with held as materialized (select pg_advisory_xact_lock(hashtextextended('permissions', 9)))
select k.name from held cross join permission_known k

-- name: add_permissions
-- They are known from now on.
insert into permission_known (name) select unnest(:names::text[]) on conflict do nothing

-- name: roles_with_all
-- Roles that allow all of these.
select id, name, permissions from role where permissions @> :permissions::text[] order by id for update
