-- name: list_kinds
-- The kinds of visits.
select id, names, minutes, skills, checklist, needs_signature, needs_photo, position, is_active, version
from visit_kind order by position, id

-- name: insert_kind
-- A new kind.
insert into visit_kind (id, names, minutes, skills, checklist, needs_signature, needs_photo, position, is_active)
values (:id::uuid, :names::jsonb, :minutes::int, :skills::jsonb, :checklist::jsonb, :needs_signature::boolean, :needs_photo::boolean,
        :position::int, :is_active::boolean)

-- name: save_kind
-- A kind as it is now; no row when somebody changed it since it was read.
update visit_kind set names = :names::jsonb, minutes = :minutes::int, skills = :skills::jsonb, checklist = :checklist::jsonb,
    needs_signature = :needs_signature::boolean, needs_photo = :needs_photo::boolean, position = :position::int,
    is_active = :is_active::boolean, version = version + 1
where id = :id::uuid and version = :version::int
returning version

-- name: known_skills
-- Which of these skills there are.
select id from skill where id = any(:ids::uuid[])

-- name: find_opened
-- What this sender opened with this id.
select id from visit where opened_by = :opened_by::text and client_id = :client_id::text

-- name: insert_visit
-- A new visit; no row when there is one for this day of its plan.
insert into visit (id, kind_id, subject, notes, ticket_id, customer_id, branch_id, place, latitude, longitude, minutes, skills, windows,
                   promised_from, promised_to, priority, territory, parts, checklist, is_in_warranty, service_plan_id, due_on, state_at,
                   opened_at, opened_by, client_id, changed_at)
values (:id::uuid, :kind_id::uuid, :subject::text, :notes::text, :ticket_id::uuid, :customer_id::uuid, :branch_id::uuid, :place::jsonb,
        :latitude::float8, :longitude::float8, :minutes::int, :skills::jsonb, :windows::jsonb, :promised_from::timestamptz,
        :promised_to::timestamptz, :priority::smallint, :territory::text, :parts::jsonb, :checklist::jsonb, :is_in_warranty::boolean,
        :service_plan_id::uuid, :due_on::date, :now::timestamptz, :now::timestamptz, :opened_by::text, :client_id::text, :now::timestamptz)
on conflict (service_plan_id, due_on) do nothing
returning id

-- name: lock_visit
-- One visit, held.
select id, serial, kind_id, subject, notes, ticket_id, customer_id, branch_id, place, minutes, skills, windows, promised_from,
       promised_to, priority, territory, parts, checklist, is_in_warranty, technician_id, planned_at, is_locked, state, state_at, reason,
       outcome, minutes_worked, signed_by, attempts, had, service_plan_id, due_on, opened_at, changed_at, version
from visit where id = :id::uuid for update

-- name: get_visit
-- One visit with the names that a page shows.
select v.id, v.serial, v.kind_id, v.subject, v.notes, v.ticket_id, v.customer_id, c.name as customer_name, v.branch_id, v.place, v.minutes,
       v.skills, v.windows, v.promised_from, v.promised_to, v.priority, v.territory, v.parts, v.checklist, v.is_in_warranty, v.technician_id,
       s.name as technician_name, v.planned_at, v.is_locked, v.state, v.state_at, v.reason, v.outcome, v.minutes_worked, v.signed_by, v.attempts,
       v.service_plan_id, v.due_on, v.changed_at, v.version, k.needs_signature, k.needs_photo
from visit v join visit_kind k on k.id = v.kind_id left join customer c on c.id = v.customer_id left join staff s on s.id = v.technician_id
where v.id = :id::uuid

-- name: list_visits
-- Visits in scope, the last changed first.
select v.id, v.serial, v.kind_id, v.subject, v.ticket_id, v.customer_id, c.name as customer_name, v.branch_id, v.place, v.minutes, v.skills,
       v.windows, v.promised_from, v.promised_to, v.priority, v.territory, v.is_in_warranty, v.technician_id, s.name as technician_name,
       v.planned_at, v.is_locked, v.state, v.service_plan_id, v.due_on, v.changed_at, v.version
from visit v left join customer c on c.id = v.customer_id left join staff s on s.id = v.technician_id
where (v.changed_at, v.id) < (:at::timestamptz, :id::uuid)
  and (:branches::uuid[] is null or v.branch_id is null or v.branch_id = any(:branches::uuid[]))
  and (:states::text[] is null or v.state = any(:states::text[]))
  and (:technician_id::uuid is null or v.technician_id = :technician_id::uuid)
  and (:ticket_id::uuid is null or v.ticket_id = :ticket_id::uuid)
  and (:customer_ids::uuid[] is null or v.customer_id = any(:customer_ids::uuid[]))
  and (:service_plan_id::uuid is null or v.service_plan_id = :service_plan_id::uuid)
  and (:kind_id::uuid is null or v.kind_id = :kind_id::uuid)
  and (:serial::bigint is null or v.serial = :serial::bigint)
  and (:overdue_by::date is null or v.due_on < :overdue_by::date)
order by v.changed_at desc, v.id desc limit :most::int

-- name: list_of_days
-- What is planned between two moments, and all that is not planned yet.
select v.id, v.serial, v.kind_id, v.subject, v.ticket_id, v.customer_id, c.name as customer_name, v.branch_id, v.place, v.minutes, v.skills,
       v.windows, v.promised_from, v.promised_to, v.priority, v.territory, v.is_in_warranty, v.technician_id, s.name as technician_name,
       v.planned_at, v.is_locked, v.state, v.service_plan_id, v.due_on, v.changed_at, v.version
from visit v left join customer c on c.id = v.customer_id left join staff s on s.id = v.technician_id
where ((v.planned_at >= :begins_at::timestamptz and v.planned_at < :ends_at::timestamptz and v.state <> 'cancelled')
       or (v.planned_at is null and v.state = 'planned'))
  and (:branches::uuid[] is null or v.branch_id is null or v.branch_id = any(:branches::uuid[]))
  and (:technician_id::uuid is null or v.technician_id = :technician_id::uuid)
order by v.planned_at nulls last, v.priority desc, v.id limit :most::int

-- name: save_visit
-- A visit as it is now.
update visit set subject = :subject::text, notes = :notes::text, place = :place::jsonb, latitude = :latitude::float8,
    longitude = :longitude::float8, minutes = :minutes::int, skills = :skills::jsonb, windows = :windows::jsonb,
    promised_from = :promised_from::timestamptz, promised_to = :promised_to::timestamptz, priority = :priority::smallint,
    territory = :territory::text, parts = :parts::jsonb, checklist = :checklist::jsonb, is_in_warranty = :is_in_warranty::boolean,
    technician_id = :technician_id::uuid, planned_at = :planned_at::timestamptz, is_locked = :is_locked::boolean, state = :state::text,
    state_at = :state_at::timestamptz, reason = :reason::text, outcome = :outcome::text, minutes_worked = :minutes_worked::int,
    signed_by = :signed_by::text, attempts = :attempts::int, had = :had::uuid[],
    reminded_at = case when planned_at is not distinct from :planned_at::timestamptz then reminded_at end,
    changed_at = :now::timestamptz, version = version + 1
where id = :id::uuid

-- name: known_step
-- Whether a step came before, and why it was refused if it was.
select outcome, reason from visit_step where visit_id = :visit_id::uuid and client_id = :client_id::text

-- name: insert_step
-- What was done to a visit.
insert into visit_step (id, visit_id, state, at, received_at, by_id, by_name, latitude, longitude, reason, outcome, client_id)
values (:id::uuid, :visit_id::uuid, :state::text, :at::timestamptz, :now::timestamptz, :by_id::uuid, :by_name::text, :latitude::float8,
        :longitude::float8, :reason::text, :outcome::text, :client_id::text)

-- name: list_steps
-- What was done to a visit, in the order in which it was done.
select state, at, received_at, by_name, latitude, longitude, reason, outcome from visit_step where visit_id = :visit_id::uuid order by at, id

-- name: insert_file
-- A photo or a signature, once; no row when it came before.
insert into visit_file (id, visit_id, kind, sha256, name, content_type, size, by_id, added_at, client_id)
values (:id::uuid, :visit_id::uuid, :kind::text, :sha256::bytea, :name::text, :content_type::text, :size::bigint, :by_id::uuid,
        :now::timestamptz, :client_id::text)
on conflict (visit_id, client_id) do nothing returning id

-- name: list_files
-- The proofs of a visit.
select id, kind, name, content_type, size from visit_file where visit_id = :visit_id::uuid order by added_at, id

-- name: get_file
-- One proof with whose visit it is.
select f.id, f.sha256, f.name, f.content_type, f.size, v.branch_id, v.technician_id
from visit_file f join visit v on v.id = f.visit_id where f.id = :id::uuid

-- name: list_plans
-- Periodic services in scope.
select p.id, p.subject, p.notes, p.kind_id, p.customer_id, c.name as customer_name, p.branch_id, p.contract, p.place, p.territory, p.starts_on,
       p.ends_on, p.calendar, p.every, p.unit, p.rule, p.tolerance_days, p.horizon_days, p.remind_days, p.day_from, p.day_to,
       p.is_in_warranty, p.is_active, p.version
from service_plan p join customer c on c.id = p.customer_id
where (:branches::uuid[] is null or p.branch_id is null or p.branch_id = any(:branches::uuid[]))
  and (:customer_ids::uuid[] is null or p.customer_id = any(:customer_ids::uuid[]))
  and p.id > :after::uuid
order by p.id limit :most::int

-- name: lock_plan
-- One periodic service, held.
select id, subject, notes, kind_id, customer_id, branch_id, contract, place, territory, starts_on, ends_on, calendar, every, unit, rule,
       tolerance_days, horizon_days, remind_days, day_from, day_to, is_in_warranty, is_active, version
from service_plan where id = :id::uuid for update

-- name: insert_plan
-- A new periodic service.
insert into service_plan (id, subject, notes, kind_id, customer_id, branch_id, contract, place, territory, starts_on, ends_on, calendar, every,
                          unit, rule, tolerance_days, horizon_days, remind_days, day_from, day_to, is_in_warranty, is_active)
values (:id::uuid, :subject::text, :notes::text, :kind_id::uuid, :customer_id::uuid, :branch_id::uuid, :contract::text, :place::jsonb,
        :territory::text, :starts_on::date, :ends_on::date, :calendar::text, :every::int, :unit::text, :rule::text, :tolerance_days::int,
        :horizon_days::int, :remind_days::int, :day_from::time, :day_to::time, :is_in_warranty::boolean, :is_active::boolean)

-- name: save_plan
-- A periodic service as it is now.
update service_plan set subject = :subject::text, notes = :notes::text, kind_id = :kind_id::uuid, customer_id = :customer_id::uuid,
    branch_id = :branch_id::uuid, contract = :contract::text, place = :place::jsonb, territory = :territory::text,
    starts_on = :starts_on::date, ends_on = :ends_on::date, calendar = :calendar::text, every = :every::int, unit = :unit::text,
    rule = :rule::text, tolerance_days = :tolerance_days::int, horizon_days = :horizon_days::int, remind_days = :remind_days::int,
    day_from = :day_from::time, day_to = :day_to::time, is_in_warranty = :is_in_warranty::boolean, is_active = :is_active::boolean,
    version = version + 1
where id = :id::uuid and version = :version::int
returning version

-- name: active_plans
-- Periodic services of which visits may arise, by pages.
select id from service_plan where is_active and id > :after::uuid order by id limit :most::int

-- name: due_days
-- The days of a periodic service that have a visit.
select due_on from visit where service_plan_id = :service_plan_id::uuid

-- name: untouched_visits
-- What arose from a plan and nobody planned or dispatched yet: it follows when the plan changes.
select id from visit where service_plan_id = :service_plan_id::uuid and state = 'planned' and planned_at is null
  and due_on >= :today::date for update

-- name: drop_visits
-- What arose from a plan and is not due by it any more.
delete from visit where id = any(:ids::uuid[])

-- name: visits_to_remind
-- Visits of periodic services that begin soon and of which nobody was reminded.
select v.id from visit v join service_plan p on p.id = v.service_plan_id
where v.due_on is not null and v.state in ('planned', 'dispatched') and v.planned_at is not null and v.reminded_at is null
  and v.planned_at > :now::timestamptz and v.planned_at < :now::timestamptz + make_interval(days => p.remind_days)
order by v.planned_at limit :most::int

-- name: reminded
-- A visit of which people were reminded; no row when they were before, or it was moved.
update visit set reminded_at = :now::timestamptz where id = :id::uuid and reminded_at is null and planned_at = :planned_at::timestamptz
returning id

-- name: count_service
-- How periodic services stand: due, done in time, done late, overdue.
select count(*) filter (where v.state not in ('done', 'cancelled') and v.due_on between :first::date and :last::date) as due,
       count(*) filter (where v.state = 'done' and v.due_on between :first::date and :last::date
                        and (v.state_at at time zone :zone::text)::date <= v.due_on + p.tolerance_days) as in_time,
       count(*) filter (where v.state = 'done' and v.due_on between :first::date and :last::date
                        and (v.state_at at time zone :zone::text)::date > v.due_on + p.tolerance_days) as late,
       count(*) filter (where v.state not in ('done', 'cancelled') and v.due_on + p.tolerance_days < :today::date) as overdue
from visit v join service_plan p on p.id = v.service_plan_id
where (:branches::uuid[] is null or v.branch_id is null or v.branch_id = any(:branches::uuid[]))

-- name: list_texts
-- What customers are told by themselves.
select moment, texts, is_on, version from visit_text order by moment

-- name: get_text
-- What is told at a moment, if anything.
select texts from visit_text where moment = :moment::text and is_on

-- name: save_text
-- What is told at a moment from now on; no row when somebody changed it since it was read.
update visit_text set texts = :texts::jsonb, is_on = :is_on::boolean, version = version + 1
where moment = :moment::text and version = :version::int returning version

-- name: visits_at_the_time
-- What a technician has between two moments besides this one.
select id, serial from visit
where technician_id = :technician_id::uuid and id <> :id::uuid and state in ('planned', 'dispatched', 'on_the_way', 'arrived', 'working')
  and planned_at < :ends_at::timestamptz and planned_at + make_interval(mins => minutes) > :begins_at::timestamptz
order by planned_at limit 1

-- name: skills_of
-- What somebody can do.
select skill_id, level from agent_skill where staff_id = :staff_id::uuid

-- name: names_of_skills
-- What skills are called.
select id, name from skill where id = any(:ids::uuid[])

-- name: visits_as_documents
-- Visits with what their notes show.
select id, serial, subject, branch_id, technician_id from visit where id = any(:ids::uuid[])

-- name: loads_of
-- What technicians have before them: visits that are planned until then, and for how long they are where they are.
select technician_id,
       count(*) filter (where state in ('planned', 'dispatched') and planned_at between :at::timestamptz and :until::timestamptz) as visits,
       coalesce(max(extract(epoch from greatest(planned_at, state_at) + make_interval(mins => minutes) - :at::timestamptz))
                filter (where state in ('on_the_way', 'arrived', 'working')), 0)::float8 as busy_seconds
from visit where technician_id = any(:ids::uuid[]) and state in ('planned', 'dispatched', 'on_the_way', 'arrived', 'working')
group by technician_id

-- name: place_of_customer
-- Where a customer is: the first address that was put on the map, else the first one.
select a.value ->> 'lines' as lines, (a.value -> 'place' ->> 'lat')::float8 as latitude, (a.value -> 'place' ->> 'lon')::float8 as longitude
from customer c, jsonb_array_elements(c.addresses) with ordinality a(value, place)
where c.id = :id::uuid
order by (a.value -> 'place' ->> 'lat') is null, a.place limit 1

-- name: lock_visits
-- Some visits, held in the order in which everybody holds them.
select id, serial, kind_id, subject, notes, ticket_id, customer_id, branch_id, place, minutes, skills, windows, promised_from,
       promised_to, priority, territory, parts, checklist, is_in_warranty, technician_id, planned_at, is_locked, state, state_at, reason,
       outcome, minutes_worked, signed_by, attempts, had, service_plan_id, due_on, opened_at, changed_at, version
from visit where id = any(:ids::uuid[]) order by id for update

-- name: insert_run
-- A plan that was proposed.
insert into plan_run (id, kind, branch_id, begins_at, ends_at, inputs, plan, cost, notes, seed, seconds, made_by, made_at)
values (:id::uuid, :kind::text, :branch_id::uuid, :begins_at::timestamptz, :ends_at::timestamptz, :inputs::jsonb, :plan::jsonb,
        :cost::jsonb, :notes::jsonb, :seed::int, :seconds::float8, :made_by::uuid, :now::timestamptz)

-- name: get_run
-- One proposed plan with the names of who made and who took it.
select r.id, r.kind, r.branch_id, r.begins_at, r.ends_at, r.inputs, r.plan, r.cost, r.notes, r.seed, r.seconds, r.state, r.made_by,
       m.name as made_by_name, r.made_at, a.name as accepted_by_name, r.accepted_at, r.applied
from plan_run r left join staff m on m.id = r.made_by left join staff a on a.id = r.accepted_by
where r.id = :id::uuid

-- name: lock_run
-- One proposed plan, held.
select id, state, branch_id, applied from plan_run where id = :id::uuid for update

-- name: list_runs
-- What was proposed lately, the newest first.
select r.id, r.kind, r.branch_id, r.begins_at, r.ends_at, r.inputs, r.plan, r.cost, r.notes, r.seed, r.seconds, r.state, r.made_by,
       m.name as made_by_name, r.made_at, a.name as accepted_by_name, r.accepted_at, r.applied
from plan_run r left join staff m on m.id = r.made_by left join staff a on a.id = r.accepted_by
where (:branches::uuid[] is null or r.branch_id = any(:branches::uuid[])) and r.id < :before::uuid
order by r.id desc limit :most::int

-- name: end_run
-- What became of a proposed plan.
update plan_run set state = :state::text, applied = coalesce(:applied::jsonb, applied),
    accepted_by = coalesce(:accepted_by::uuid, accepted_by), accepted_at = coalesce(:accepted_at::timestamptz, accepted_at)
where id = :id::uuid

-- name: all_branches
-- The branches that there are.
select id from branch

-- name: task_number
-- Where a technician has tasks by text, and in which language.
select t.text_number, p.locale from technician t join staff p on p.id = t.staff_id
where t.staff_id = :id::uuid and t.is_active and p.is_active and t.text_number <> ''

-- name: task_account
-- By which number of ours tasks go: the branch's own, else one of everybody's.
select id from channel_account where kind in ('sms', 'smpp') and is_enabled and (branch_id is null or branch_id = :branch_id::uuid)
order by branch_id nulls last, name limit 1

-- name: appointments_of
-- Visits of which the customer of a telephone was told and that are not over, the next first; of some tickets, or of all.
select v.serial, v.promised_from, v.promised_to, v.planned_at
from identity p cross join lateral customer_family(p.customer_id) f (id) join visit v on v.customer_id = f.id
where p.kind = 'phone' and p.value = :phone::text
  and (v.state in ('dispatched', 'on_the_way') or (v.state = 'planned' and v.promised_from is not null))
  and coalesce(v.promised_to, v.planned_at + :around::interval) >= :now::timestamptz
  and (:tickets::uuid[] is null or v.ticket_id = any(:tickets))
order by coalesce(v.promised_from, v.planned_at), v.id limit :most::int
