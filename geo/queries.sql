-- name: ensure_day
-- The partition of a day.
select geo_ensure_day(:day::date)

-- name: forget_before
-- Drop days that are older.
select geo_forget(:day::date)

-- name: find_device
-- Whose phone it is that shows a token, and when its owner works; nobody's when either is over.
select d.id, d.technician_id, d.secret, t.shift from geo_device d
join technician t on t.staff_id = d.technician_id join staff p on p.id = t.staff_id
where d.token_hash = :token_hash::bytea and d.revoked_at is null and t.is_active and p.is_active

-- name: lock_last
-- What is known of these, for the batch that follows; always in the same order.
select technician_id, at, place[1] as lat, place[0] as lon, accuracy, doubt_at, doubt[1] as doubt_lat, doubt[0] as doubt_lon, doubts
from technician_last where technician_id = any(:ids::uuid[]) order by technician_id for update

-- name: keep_batch
-- A batch of points: markers and signs of life, which days are to be worked out, and history in any order (what is there already stays as it is).
-- Arrays of nothing are empty, and filled up with null.
with moved as (
    update technician_last l set
        device_id = n.device_id, seen_at = greatest(l.seen_at, n.seen_at),
        at = coalesce(n.at, l.at), place = case when n.at is null then l.place else point(n.lon, n.lat) end,
        accuracy = case when n.at is null then l.accuracy else n.accuracy end,
        speed = case when n.at is null then l.speed else n.speed end,
        heading = case when n.at is null then l.heading else n.heading end,
        is_mock = case when n.at is null then l.is_mock else coalesce(n.is_mock, false) end,
        battery = coalesce(n.battery, l.battery), is_charging = coalesce(n.is_charging, l.is_charging),
        permission = coalesce(n.permission, l.permission), is_saving_power = coalesce(n.is_saving_power, l.is_saving_power),
        doubt_at = n.doubt_at, doubt = case when n.doubt_at is null then null else point(n.doubt_lon, n.doubt_lat) end, doubts = coalesce(n.doubts, 0),
        changed_at = clock_timestamp()
    from (
        select (:owners::uuid[])[u.request] as technician_id, (:phones::uuid[])[u.request] as device_id,
               (:ats::timestamptz[])[u.marker] as at, (:lats::float8[])[u.marker] as lat, (:lons::float8[])[u.marker] as lon, u.*
        from unnest(:last_requests::int[], :seen::timestamptz[], :markers::int[], :last_accuracies::real[], :last_speeds::real[],
                    :last_headings::real[], :mocks::boolean[], :last_batteries::smallint[], :charging::boolean[], :permissions::text[],
                    :saving::boolean[], :doubt_ats::timestamptz[], :doubt_lats::float8[], :doubt_lons::float8[], :doubts::smallint[])
            as u (request, seen_at, marker, accuracy, speed, heading, is_mock, battery, is_charging, permission,
                  is_saving_power, doubt_at, doubt_lat, doubt_lon, doubts)) n
    where l.technician_id = n.technician_id
), marked as (
    insert into geo_day (technician_id, day, dirty_at) select *, now() from unnest(:day_ids::uuid[], :days::date[])
    on conflict (technician_id, day) do update set dirty_at = excluded.dirty_at where geo_day.dirty_at is null
)
insert into position (technician_id, at, received_at, device_id, lat, lon, accuracy, speed, heading, altitude, battery, flags)
select (:owners::uuid[])[n.request], n.at, (:received::timestamptz[])[n.request], (:phones::uuid[])[n.request],
       n.lat, n.lon, n.accuracy, n.speed, n.heading, n.altitude, n.battery, coalesce(n.flags, 0)
from unnest(:requests::int[], :ats::timestamptz[], :lats::float8[], :lons::float8[], :accuracies::real[], :speeds::real[], :headings::real[],
            :altitudes::real[], :batteries::smallint[], :flags::smallint[])
    as n (request, at, lat, lon, accuracy, speed, heading, altitude, battery, flags)
on conflict do nothing

-- name: quarantine
-- Points that can never be stored, kept for a person to look at.
insert into geo_quarantine (technician_id, device_id, received_at, reason, raw)
select * from unnest(:ids::uuid[], :devices::uuid[], :received::timestamptz[], :reasons::text[], :raws::text[])

-- name: list_quarantine
-- What was put aside, newest first.
select q.id, q.technician_id, p.name, q.received_at, q.reason, q.raw from geo_quarantine q join staff p on p.id = q.technician_id
where q.id < :before::bigint and (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches))
order by q.id desc limit :most::int

-- name: claim_days
-- Days to work out, for one process at a time; one that was left half done is taken again.
with due as (
    select technician_id, day from geo_day
    where dirty_at <= now() - make_interval(secs => :rest_seconds::float8) or running_at < now() - interval '2 minutes'
    order by coalesce(dirty_at, running_at) limit :most::int for update skip locked)
update geo_day g set dirty_at = null, running_at = clock_timestamp() from due, technician t, staff p
where g.technician_id = due.technician_id and g.day = due.day and t.staff_id = g.technician_id and p.id = t.staff_id
returning g.technician_id, g.day, g.running_at, t.shift ->> 'zone' as zone, p.branch_id

-- name: points_of
-- A stretch of somebody's history, in order.
select at, lat, lon, accuracy, speed, flags from position
where technician_id = :technician_id::uuid and at >= :since::timestamptz and at < :until::timestamptz order by at

-- name: hold_day
-- The day that was claimed, while it is still ours.
select told_until from geo_day where technician_id = :technician_id::uuid and day = :day::date and running_at = :running_at::timestamptz
for update

-- name: reflag
-- Late points showed others in another light.
update position p set flags = n.flags from unnest(:ats::timestamptz[], :flags::smallint[]) as n (at, flags)
where p.technician_id = :technician_id::uuid and p.at = n.at and p.at >= :since::timestamptz and p.at < :until::timestamptz

-- name: clear_legs
-- Before they are written anew.
delete from geo_leg where technician_id = :technician_id::uuid and day = :day::date

-- name: insert_legs
-- Trips and stops of a day.
insert into geo_leg (technician_id, day, kind, began_at, ended_at, begin_place, end_place, metres, fastest)
select :technician_id::uuid, :day::date, n.kind, n.began_at, n.ended_at, point(n.begin_lon, n.begin_lat), point(n.end_lon, n.end_lat), n.metres, n.fastest
from unnest(:kinds::text[], :begans::timestamptz[], :endeds::timestamptz[], :begin_lats::float8[], :begin_lons::float8[],
            :end_lats::float8[], :end_lons::float8[], :metres::float8[], :fastests::real[])
    as n (kind, began_at, ended_at, begin_lat, begin_lon, end_lat, end_lon, metres, fastest)

-- name: clear_visits
-- Before they are written anew.
delete from geo_visit where technician_id = :technician_id::uuid and day = :day::date

-- name: insert_visits
-- Times inside of fences.
insert into geo_visit (technician_id, day, fence_id, entered_at, left_at, dwelt_at)
select :technician_id::uuid, :day::date, n.* from unnest(:fences::uuid[], :entereds::timestamptz[], :lefts::timestamptz[], :dwelts::timestamptz[]) as n
on conflict do nothing

-- name: finish_day
-- What it adds up to.
update geo_day set running_at = null, told_until = greatest(told_until, :told_until::timestamptz), metres = :metres::float8,
    moving_seconds = :moving_seconds::float8, standing_seconds = :standing_seconds::float8, points = :points::int,
    first_at = :first_at::timestamptz, last_at = :last_at::timestamptz
where technician_id = :technician_id::uuid and day = :day::date

-- name: show_day
-- What a day adds up to.
select metres, moving_seconds, standing_seconds, points, first_at, last_at from geo_day
where technician_id = :technician_id::uuid and day = :day::date

-- name: list_days
-- Somebody's days, newest first.
select day, metres, moving_seconds, standing_seconds, points, first_at, last_at from geo_day
where technician_id = :technician_id::uuid and points > 0 order by day desc limit :most::int

-- name: legs_of
-- Trips and stops of a day.
select kind, began_at, ended_at, begin_place[1] as begin_lat, begin_place[0] as begin_lon, end_place[1] as end_lat, end_place[0] as end_lon,
       metres, fastest from geo_leg where technician_id = :technician_id::uuid and day = :day::date order by began_at, kind

-- name: visits_of
-- A day's times inside of fences.
select v.fence_id, f.name as fence_name, v.entered_at, v.left_at, v.dwelt_at from geo_visit v join geo_fence f on f.id = v.fence_id
where v.technician_id = :technician_id::uuid and v.day = :day::date order by v.entered_at

-- name: trips_driven
-- What own trips teach, of the days that are kept.
select t.territory_id, l.began_at, extract(epoch from l.ended_at - l.began_at)::float8 as seconds,
       l.begin_place[1] as begin_lat, l.begin_place[0] as begin_lon, l.end_place[1] as end_lat, l.end_place[0] as end_lon
from geo_leg l join technician t on t.staff_id = l.technician_id where l.kind = 'trip' and l.began_at >= :since::timestamptz
order by l.began_at desc limit :most::int

-- name: clear_calibrations
-- Before what was learnt is written anew.
delete from geo_calibration

-- name: insert_calibration
-- What trips of a territory at such hours took, as a share of the formula's time.
insert into geo_calibration (territory_id, band, factor, least, most, trips)
select f.id, :band::text, :factor::float8, :least::float8, :most::float8, :trips::int
from (select :territory_id::uuid as id) f where f.id is null or exists (select from geo_fence g where g.id = f.id)

-- name: calibrations
-- What was learnt.
select territory_id, band, factor, least, most, trips from geo_calibration

-- name: list_technicians
-- Technicians in scope, or those of them that changed since a moment.
select t.staff_id, p.name, p.branch_id, t.home[1] as home_lat, t.home[0] as home_lon, t.territory_id, t.shift, t.vehicle, t.text_number, t.interval_seconds,
       t.ping_seconds, t.is_active, t.version, l.seen_at, l.at, l.place[1] as lat, l.place[0] as lon, l.accuracy, l.speed, l.heading, l.battery,
       l.is_charging, l.is_mock, l.permission, l.is_saving_power, l.changed_at,
       coalesce((select jsonb_object_agg(skill_id, level) from agent_skill s where s.staff_id = t.staff_id), '{}') as skills,
       (select count(*) from geo_device d where d.technician_id = t.staff_id and d.revoked_at is null) as devices
from technician t join staff p on p.id = t.staff_id join technician_last l on l.technician_id = t.staff_id
where p.is_active and (:only_active::boolean is false or t.is_active)
  and (:ids::uuid[] is null or t.staff_id = any(:ids))
  and (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches))
  and (:changed_since::timestamptz is null or l.changed_at >= :changed_since)
order by p.name, t.staff_id limit :most::int

-- name: branch_of
-- Whose data an agent is.
select p.branch_id, p.name from staff p join agent a on a.staff_id = p.id where p.id = :id::uuid and p.kind = 'staff'

-- name: save_technician
-- A profile, new or in its next version; no row when somebody else changed it first.
insert into technician as t (staff_id, home, territory_id, shift, vehicle, text_number, interval_seconds, ping_seconds, is_active)
select :id::uuid, case when :home_lat::float8 is null then null else point(:home_lon::float8, :home_lat) end, :territory_id::uuid, :shift::jsonb,
       :vehicle::text, :text_number::text, :interval_seconds::int, :ping_seconds::int, :is_active::boolean
where :version::int = 0 or exists (select from technician where staff_id = :id)
on conflict (staff_id) do update set home = excluded.home, territory_id = excluded.territory_id, shift = excluded.shift,
    vehicle = excluded.vehicle, text_number = excluded.text_number, interval_seconds = excluded.interval_seconds, ping_seconds = excluded.ping_seconds,
    is_active = excluded.is_active, version = t.version + 1 where t.version = :version
returning version

-- name: ensure_last
-- Where what is known of a new technician will be; a changed profile is news too.
insert into technician_last (technician_id) values (:id::uuid) on conflict (technician_id) do update set changed_at = clock_timestamp()

-- name: add_device
-- A phone.
insert into geo_device (id, technician_id, name, client, token_hash, secret, created_at)
values (:id::uuid, :technician_id::uuid, :name::text, :client::text, :token_hash::bytea, :secret::bytea, :now::timestamptz)

-- name: list_devices
-- Somebody's phones.
select id, name, client, secret is not null as is_encrypted, created_at from geo_device
where technician_id = :technician_id::uuid and revoked_at is null order by created_at, id

-- name: lock_device
-- A phone for the change that follows.
select d.id, d.technician_id, d.name, d.revoked_at, p.branch_id from geo_device d join staff p on p.id = d.technician_id
where d.id = :id::uuid for update of d

-- name: revoke_device
-- Its token opens nothing any more.
update geo_device set revoked_at = :now::timestamptz where id = :id::uuid

-- name: list_fences
-- Fences in scope.
select id, name, branch_id, shape, dwell_seconds, is_territory, is_active, version from geo_fence
where (:branches::uuid[] is null or branch_id is null or branch_id = any(:branches)) order by name, id limit 1000

-- name: lock_fence
-- A fence for the change that follows.
select id, name, branch_id, shape, dwell_seconds, is_territory, is_active, version from geo_fence where id = :id::uuid for update

-- name: insert_fence
-- A new fence.
insert into geo_fence (id, name, branch_id, shape, dwell_seconds, is_territory, is_active)
values (:id::uuid, :name::text, :branch_id::uuid, :shape::jsonb, :dwell_seconds::int, :is_territory::boolean, :is_active::boolean)

-- name: change_fence
-- Nothing when somebody changed it since this version was read.
update geo_fence set name = :name::text, branch_id = :branch_id::uuid, shape = :shape::jsonb, dwell_seconds = :dwell_seconds::int,
    is_territory = :is_territory::boolean, is_active = :is_active::boolean, version = version + 1
where id = :id::uuid and version = :version::int returning version

-- name: delete_fence
-- A fence goes, and what it saw goes along.
delete from geo_fence where id = :id::uuid

-- name: nearest_flat
-- By the map's degrees, which an index can order: the farthest of them bounds where the truly nearest are.
select l.place[1] as lat, l.place[0] as lon from technician_last l
where l.place is not null and (:since::timestamptz is null or l.at >= :since)
order by l.place <-> point(:lon::float8, :lat::float8) limit :most::int

-- name: within_boxes
-- Everybody in these boxes.
select l.technician_id, l.place[1] as lat, l.place[0] as lon, l.at from technician_last l
where l.place is not null and (:since::timestamptz is null or l.at >= :since)
  and (l.place <@ box(point(:west::float8, :south::float8), point(:east::float8, :north::float8))
       or l.place <@ box(point(:west2::float8, :south::float8), point(:east2::float8, :north::float8)))
