-- name: desk_by
-- Sums of a period by one thing that tickets have; of those that the reader may see.
with seen as not materialized (
    select t.opened_at, t.solved_at, t.answered_at, t.sla,
           case :by::text when 'agent' then t.owner_id::text when 'team' then t.queue_id::text when 'kind' then t.kind
                when 'type' then t.type_id::text when 'source' then t.source when 'priority' then t.priority::text
                when 'branch' then t.branch_id::text end as key
    from ticket t
    where t.merged_into is null and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
      and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
      and (:me::uuid is null or :me <> all(t.hidden_from))
      and (:kind::text is null or t.kind = :kind) and (:queue_id::uuid is null or t.queue_id = :queue_id)
      and (:owner_id::uuid is null or t.owner_id = :owner_id) and (:branch_id::uuid is null or t.branch_id = :branch_id)
      and (:source::text is null or t.source = :source)
)
select key, sum(opened)::bigint as opened, sum(solved)::bigint as solved, sum(answered)::bigint as answered,
       sum(kept)::bigint as kept, sum(breached)::bigint as breached, sum(backlog)::bigint as backlog,
       sum(near)::bigint as near, sum(late)::bigint as late, sum(resolution_seconds)::float8 as resolution_seconds, sum(answer_seconds)::float8 as answer_seconds
from (
    select key, 1 as opened, 0 as solved, 0 as answered, 0 as kept, 0 as breached, 0 as backlog, 0 as near, 0 as late,
           0.0 as resolution_seconds, 0.0 as answer_seconds
    from seen where opened_at >= :since::timestamptz and opened_at < :until::timestamptz
    union all
    select key, 0, 1, 0, (sla in ('kept', 'near'))::int, (sla = 'breached')::int, 0, 0, 0,
           extract(epoch from solved_at - opened_at), 0
    from seen where solved_at >= :since and solved_at < :until
    union all
    select key, 0, 0, 1, 0, 0, 0, 0, 0, 0, extract(epoch from answered_at - opened_at)
    from seen where answered_at >= :since and answered_at < :until and opened_at >= :since::timestamptz - interval '1 year'
    union all
    select key, 0, 0, 0, 0, 0, 1, (solved_at is null and sla = 'near')::int, (solved_at is null and sla = 'breached')::int, 0, 0
    from seen where opened_at < :until and (solved_at is null or solved_at >= :until)
) parts
group by key order by opened desc, key

-- name: desk_by_day
-- Sums of each day of a period on the clocks of a zone; of those that the reader may see.
with seen as not materialized (
    select t.opened_at, t.solved_at, t.answered_at, t.sla
    from ticket t
    where t.merged_into is null and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
      and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
      and (:me::uuid is null or :me <> all(t.hidden_from))
      and (:kind::text is null or t.kind = :kind) and (:queue_id::uuid is null or t.queue_id = :queue_id)
      and (:owner_id::uuid is null or t.owner_id = :owner_id) and (:branch_id::uuid is null or t.branch_id = :branch_id)
      and (:source::text is null or t.source = :source)
), days as (
    select day::date as day from generate_series((:since::timestamptz at time zone :zone::text)::date,
        ((:until::timestamptz - interval '1 microsecond') at time zone :zone)::date, interval '1 day') as day
), opened as (
    select (opened_at at time zone :zone)::date as day, count(*) as number, count(*) filter (where solved_at is null and sla = 'near') as near,
           count(*) filter (where solved_at is null and sla = 'breached') as late
    from seen where opened_at >= :since and opened_at < :until group by 1
), solved as (
    select (solved_at at time zone :zone)::date as day, count(*) as number,
           count(*) filter (where sla in ('kept', 'near')) as kept, count(*) filter (where sla = 'breached') as breached,
           sum(extract(epoch from solved_at - opened_at))::float8 as seconds
    from seen where solved_at >= :since and solved_at < :until group by 1
), answered as (
    select (answered_at at time zone :zone)::date as day, count(*) as number,
           sum(extract(epoch from answered_at - opened_at))::float8 as seconds
    from seen where answered_at >= :since and answered_at < :until and opened_at >= :since::timestamptz - interval '1 year' group by 1
), before as (
    select count(*) as number, count(*) filter (where solved_at is null and sla = 'near') as near,
           count(*) filter (where solved_at is null and sla = 'breached') as late from seen where opened_at < :since and (solved_at is null or solved_at >= :since)
)
select d.day::text as key, coalesce(o.number, 0) as opened, coalesce(s.number, 0) as solved, coalesce(a.number, 0) as answered,
       coalesce(s.kept, 0) as kept, coalesce(s.breached, 0) as breached,
       (select number from before) + sum(coalesce(o.number, 0) - coalesce(s.number, 0)) over (order by d.day) as backlog,
       (select near from before) + sum(coalesce(o.near, 0)) over (order by d.day) as near,
       (select late from before) + sum(coalesce(o.late, 0)) over (order by d.day) as late,
       coalesce(s.seconds, 0) as resolution_seconds, coalesce(a.seconds, 0) as answer_seconds
from days d left join opened o using (day) left join solved s using (day) left join answered a using (day) order by d.day

-- name: desk_rows
-- The tickets behind a figure, the newest first; of those that the reader may see.
select t.id, t.kind, t.serial, t.subject, t.category, t.priority, t.source, t.sla, t.opened_at, t.answered_at, t.solved_at,
       c.name as customer_name, o.name as owner_name, q.name as queue_name
from ticket t left join customer c on c.id = t.customer_id left join staff o on o.id = t.owner_id left join queue q on q.id = t.queue_id
where t.merged_into is null and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
  and (not t.is_confidential or :sees_confidential::boolean or (t.kind = 'complaint' and :sees_complaints::boolean) or :me::uuid = any(t.readers))
      and (:me::uuid is null or :me <> all(t.hidden_from))
  and (:kind::text is null or t.kind = :kind) and (:queue_id::uuid is null or t.queue_id = :queue_id)
  and (:owner_id::uuid is null or t.owner_id = :owner_id) and (:branch_id::uuid is null or t.branch_id = :branch_id)
  and (:source::text is null or t.source = :source)
  and (:by::text is null or :key::text is not distinct from case :by::text when 'agent' then t.owner_id::text
       when 'team' then t.queue_id::text when 'kind' then t.kind when 'type' then t.type_id::text when 'source' then t.source
       when 'priority' then t.priority::text when 'branch' then t.branch_id::text end)
  and case :measure::text when 'opened' then t.opened_at >= :since::timestamptz and t.opened_at < :until::timestamptz
      when 'solved' then t.solved_at >= :since and t.solved_at < :until
      when 'kept' then t.solved_at >= :since and t.solved_at < :until and t.sla in ('kept', 'near')
      when 'breached' then t.solved_at >= :since and t.solved_at < :until and t.sla = 'breached'
      when 'answered' then t.answered_at >= :since and t.answered_at < :until
      when 'near' then t.opened_at < :until and t.solved_at is null and t.sla = 'near'
      when 'late' then t.opened_at < :until and t.solved_at is null and t.sla = 'breached'
      else t.opened_at < :until and (t.solved_at is null or t.solved_at >= :until) end
  and t.id < :before::uuid
order by t.id desc limit :most::int

-- name: names_of
-- What ids of agents, teams, types and branches are called.
select id::text as key, name from staff where id::text = any(:keys::text[])
union all select id::text, name from queue where id::text = any(:keys::text[])
union all select id::text, name from branch where id::text = any(:keys::text[])
union all select id::text, coalesce(names ->> :locale::text, names ->> 'en', (select min(value) from jsonb_each_text(names)))
from ticket_type where id::text = any(:keys::text[])

-- name: list_schedules
-- All schedules by name.
select id, name, report, rhythm, at_minute, calendar, format, locale, staff_ids, owner_id, next_at, is_active, version
from report_schedule order by name

-- name: get_schedule
-- One schedule.
select id, name, report, rhythm, at_minute, calendar, format, locale, staff_ids, owner_id, next_at, is_active, version
from report_schedule where id = :id::uuid

-- name: save_schedule
-- A new schedule, or the next version of one; its owner stays.
insert into report_schedule (id, name, report, rhythm, at_minute, calendar, format, locale, staff_ids, owner_id, next_at, is_active)
values (:id::uuid, :name::text, :report::jsonb, :rhythm::text, :at_minute::int, :calendar::text, :format::text, :locale::text,
        :staff_ids::uuid[], :owner_id::uuid, :next_at::timestamptz, :is_active::boolean)
on conflict (id) do update set name = excluded.name, report = excluded.report, rhythm = excluded.rhythm,
    at_minute = excluded.at_minute, calendar = excluded.calendar, format = excluded.format, locale = excluded.locale,
    staff_ids = excluded.staff_ids, next_at = excluded.next_at, is_active = excluded.is_active, version = report_schedule.version + 1
    where report_schedule.version = :version::int
returning version

-- name: delete_schedule
-- No longer.
delete from report_schedule where id = :id::uuid

-- name: plan_by_value
-- Each report is planned for its own conditions, and ends in time.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', :milliseconds::text, true)

-- name: due_schedules
-- Those whose turn it is, held by whoever looks.
select id from report_schedule where is_active and next_at <= :now::timestamptz order by next_at limit 20 for update skip locked

-- name: put_off
-- Its next turn.
update report_schedule set next_at = :next_at::timestamptz where id = :id::uuid

-- name: readers
-- Colleagues who may read reports and have an address, by name; of the branches of whoever asks.
select s.id, s.name from staff s
where s.is_active and position('@' in coalesce(s.email, s.login)) > 0
  and (:branches::uuid[] is null or s.branch_id is null or s.branch_id = any(:branches))
  and exists (select from staff_role sr join role r on r.id = sr.role_id where sr.staff_id = s.id and :permission::text = any(r.permissions))
order by s.name, s.id limit 500

-- name: addresses
-- Where colleagues read their mail: their address, or the login that is one.
select id, name, coalesce(email, login) as address from staff
where id = any(:ids::uuid[]) and is_active and position('@' in coalesce(email, login)) > 0
