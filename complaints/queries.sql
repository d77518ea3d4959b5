-- name: list_sources
-- Whence complaints come, in their order.
select id, names, gravity, position, is_active, version from complaint_source order by position, id

-- name: save_source
-- A new source, or the next version of one.
insert into complaint_source (id, names, gravity, position, is_active)
values (:id::uuid, :names::jsonb, :gravity::smallint, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, gravity = excluded.gravity, position = excluded.position,
    is_active = excluded.is_active, version = complaint_source.version + 1
    where complaint_source.version = :version::int
returning version

-- name: list_causes
-- Causes in their order.
select id, names, position, is_active, version from complaint_cause order by position, id

-- name: save_cause
-- A new cause, or the next version of one.
insert into complaint_cause (id, names, position, is_active)
values (:id::uuid, :names::jsonb, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, position = excluded.position, is_active = excluded.is_active,
    version = complaint_cause.version + 1
    where complaint_cause.version = :version::int
returning version

-- name: list_policies
-- Until when, those that name more first.
select id, type_id, source_id, days, version from complaint_policy
order by (type_id is null)::int + (source_id is null)::int, type_id is null, id

-- name: save_policy
-- A new policy, or the next version of one.
insert into complaint_policy (id, type_id, source_id, days) values (:id::uuid, :type_id::uuid, :source_id::uuid, :days::jsonb)
on conflict (id) do update set type_id = excluded.type_id, source_id = excluded.source_id, days = excluded.days,
    version = complaint_policy.version + 1
    where complaint_policy.version = :version::int
returning version

-- name: delete_policy
-- No longer; the one for all complaints stays.
delete from complaint_policy where id = :id::uuid and (type_id is not null or source_id is not null)

-- name: get_rule
-- What holds for every complaint.
select is_confidential, version from complaint_rule

-- name: save_rule
-- The next version of it; no row when somebody else changed it first.
update complaint_rule set is_confidential = :is_confidential::boolean, version = version + 1 where version = :version::int
returning version

-- name: lock_setup
-- One change of what complaints go by at a time.
select pg_advisory_xact_lock(hashtextextended('complaints', 7))

-- name: insert_complaint
-- Begin the path of a complaint; no row when the code is taken.
insert into complaint (ticket_id, code, source_id, registered_at)
values (:ticket_id::uuid, :code::text, :source_id::uuid, :now::timestamptz) on conflict (code) do nothing returning ticket_id

-- name: opened_before
-- The complaint that this sender opened with this id.
select id from ticket where opened_by = :opened_by::text and client_id = :client_id::text

-- name: lock_complaint
-- One complaint, held.
select ticket_id, code, source_id, stage, registered_at, acknowledged_at, investigated_at, receipt, receipt_note, level,
       cause_id, remedy, lesson, version
from complaint where ticket_id = :ticket_id::uuid for update

-- name: facts
-- What happened to a complaint so far.
select c.acknowledged_at is not null as is_acknowledged, c.investigated_at is not null as is_investigated,
       (select count(*) from complaint_referral r where r.ticket_id = c.ticket_id and r.state = 'open') as open_referrals,
       d.outcome, exists (select from complaint_review v where v.ticket_id = c.ticket_id and v.decision_id is null) as is_review_open,
       a.id is not null as is_answered, coalesce(m.delivery = 'failed', false) as is_answer_lost, c.cause_id is not null as has_cause
from complaint c
     left join lateral (select id, outcome from complaint_decision where ticket_id = c.ticket_id order by number desc limit 1) d on true
     left join complaint_answer a on a.decision_id = d.id left join message m on m.id = a.message_id
where c.ticket_id = :ticket_id::uuid

-- name: save_complaint
-- A complaint as it is now.
update complaint set source_id = :source_id::uuid, stage = :stage::text, acknowledged_at = :acknowledged_at::timestamptz,
    investigated_at = :investigated_at::timestamptz, receipt = :receipt::text, receipt_message_id = coalesce(:receipt_message_id::uuid, receipt_message_id),
    receipt_note = :receipt_note::text, level = :level::int, cause_id = :cause_id::uuid, remedy = :remedy::text,
    lesson = :lesson::text, version = version + 1
where ticket_id = :ticket_id::uuid

-- name: clear_subjects
-- Said anew.
delete from complaint_subject where ticket_id = :ticket_id::uuid

-- name: add_subject
-- What it is about; a colleague by the own name.
insert into complaint_subject (id, ticket_id, kind, name, folded, staff_id, position)
select :id::uuid, :ticket_id::uuid, :kind::text, coalesce(s.name, :name::text), coalesce(lower(s.name), :folded::text), s.id, :position::int
from (select 1) one left join staff s on s.id = :staff_id::uuid
where :staff_id::uuid is null or (s.id is not null and s.kind = 'staff')
returning id

-- name: list_subjects
-- What it is about.
select kind, name, staff_id from complaint_subject where ticket_id = :ticket_id::uuid order by position

-- name: set_deadline
-- When a step is due; one that is done stays done, and who was told of another moment is told again.
insert into complaint_deadline (ticket_id, step, due_at) values (:ticket_id::uuid, :step::text, :due_at::timestamptz)
on conflict (ticket_id, step) do update set due_at = excluded.due_at, told_at = null
    where complaint_deadline.due_at <> excluded.due_at and complaint_deadline.done_at is null

-- name: begin_anew
-- Steps that are owed once more.
update complaint_deadline set done_at = null, told_at = null where ticket_id = :ticket_id::uuid and step = any(:steps::text[])

-- name: end_steps
-- Steps that are done.
update complaint_deadline set done_at = coalesce(done_at, :now::timestamptz)
where ticket_id = :ticket_id::uuid and step = any(:steps::text[])

-- name: list_deadlines
-- When each step is due.
select step, due_at, done_at, coalesce(done_at, :now::timestamptz) > due_at as is_late
from complaint_deadline where ticket_id = :ticket_id::uuid order by due_at, step

-- name: take_late_steps
-- Steps that are late and of which nobody was told yet; now somebody is.
update complaint_deadline set told_at = :now::timestamptz
where ticket_id = :ticket_id::uuid and done_at is null and told_at is null and due_at <= :now::timestamptz
returning step, due_at

-- name: take_late_referrals
-- Questions whose answer is late and of which nobody was told yet.
update complaint_referral set told_at = :now::timestamptz
where ticket_id = :ticket_id::uuid and state = 'open' and told_at is null and due_at <= :now::timestamptz
returning id

-- name: open_complaints
-- Those that go on, in pages: a policy was changed.
select c.ticket_id from complaint c join ticket t on t.id = c.ticket_id
where t.category not in ('solved', 'closed') and c.ticket_id > :after::uuid order by c.ticket_id limit :most::int

-- name: first_interaction
-- The conversation in which they complained.
select interaction_id from ticket_interaction where ticket_id = :ticket_id::uuid order by linked_at, interaction_id limit 1

-- name: insert_referral
-- A question to a unit.
insert into complaint_referral (id, ticket_id, branch_id, queue_id, question, asked_by, asked_at, due_at)
values (:id::uuid, :ticket_id::uuid, :branch_id::uuid, :queue_id::uuid, :question::text, :asked_by::uuid, :now::timestamptz, :due_at::timestamptz)

-- name: unit
-- A unit that can be asked, with the branch where it is.
select b.name, b.id as branch_id from branch b where b.id = :branch_id::uuid
union all select q.name, q.branch_id from queue q where q.id = :queue_id::uuid and q.is_active

-- name: find_referral
-- The complaint of a question, to lock it first.
select ticket_id from complaint_referral where id = :id::uuid

-- name: end_referral
-- Answered, sent back or taken back: once.
update complaint_referral set state = :state::text, answer = :answer::text, ended_by = :ended_by::uuid, ended_at = :now::timestamptz
where id = :id::uuid and state = 'open' returning id

-- name: list_referrals
-- Questions of a complaint, of a unit, or of all units in scope; never to whom the complaint is hidden.
select r.id, r.ticket_id, t.serial, t.subject, r.branch_id, r.queue_id, coalesce(b.name, q.name) as unit_name, r.question,
       ask.name as asked_by_name, r.asked_at, r.due_at, coalesce(r.ended_at, :now::timestamptz) > r.due_at as is_late, r.state,
       r.answer, r.asked_by, done.name as ended_by_name, r.ended_at, t.hidden_from, coalesce(r.branch_id, q.branch_id) as unit_branch_id
from complaint_referral r join ticket t on t.id = r.ticket_id left join branch b on b.id = r.branch_id
     left join queue q on q.id = r.queue_id left join staff ask on ask.id = r.asked_by left join staff done on done.id = r.ended_by
where (:ticket_id::uuid is null or r.ticket_id = :ticket_id) and (:ids::uuid[] is null or r.id = any(:ids))
  and (:state::text is null or r.state = :state)
  and (:branches::uuid[] is null or coalesce(r.branch_id, q.branch_id) is null or coalesce(r.branch_id, q.branch_id) = any(:branches))
  and (:me::uuid is null or :me <> all(t.hidden_from))
order by r.state <> 'open', r.due_at, r.id limit 200

-- name: unseen_referrals
-- Which of these questions are about a complaint that is hidden from somebody.
select r.id from complaint_referral r join ticket t on t.id = r.ticket_id
where r.id = any(:ids::uuid[]) and :me::uuid = any(t.hidden_from)

-- name: insert_escalation
-- A level higher.
insert into complaint_escalation (ticket_id, level, reason, from_owner, to_owner, by_id, at)
values (:ticket_id::uuid, :level::int, :reason::text, :from_owner::uuid, :to_owner::uuid, :by_id::uuid, :now::timestamptz)

-- name: list_escalations
-- How it rose.
select e.level, e.reason, f.name as from_owner_name, e.to_owner as to_owner_id, o.name as to_owner_name, b.name as by_name, e.at
from complaint_escalation e left join staff f on f.id = e.from_owner join staff o on o.id = e.to_owner left join staff b on b.id = e.by_id
where e.ticket_id = :ticket_id::uuid order by e.level

-- name: insert_decision
-- What was decided; it stays.
insert into complaint_decision (id, ticket_id, number, outcome, reasons, decided_by, decided_at)
values (:id::uuid, :ticket_id::uuid, :number::int, :outcome::text, :reasons::text, :decided_by::uuid, :now::timestamptz)

-- name: list_decisions
-- Everything that was decided, the last one counts.
select d.id, d.number, d.outcome, d.reasons, d.decided_by, s.name as decided_by_name, d.decided_at
from complaint_decision d join staff s on s.id = d.decided_by where d.ticket_id = :ticket_id::uuid order by d.number

-- name: insert_review
-- The complainant is not content.
insert into complaint_review (id, ticket_id, number, reason, asked_by, asked_at)
select :id::uuid, :ticket_id::uuid, coalesce(max(number), 0) + 1, :reason::text, :asked_by::uuid, :now::timestamptz
from complaint_review where ticket_id = :ticket_id::uuid

-- name: end_review
-- The review that was open has its decision.
update complaint_review set decision_id = :decision_id::uuid where ticket_id = :ticket_id::uuid and decision_id is null

-- name: list_reviews
-- Every time that they were not content.
select r.number, r.reason, s.name as asked_by_name, r.asked_at, r.decision_id
from complaint_review r left join staff s on s.id = r.asked_by where r.ticket_id = :ticket_id::uuid order by r.number

-- name: insert_answer
-- How the complainant was answered; one that did not arrive is answered anew.
insert into complaint_answer (id, ticket_id, decision_id, way, message_id, note, given_by, given_at, recorded_at)
values (:id::uuid, :ticket_id::uuid, :decision_id::uuid, :way::text, :message_id::uuid, :note::text, :given_by::uuid,
        :given_at::timestamptz, :now::timestamptz)
on conflict (decision_id) do update set way = excluded.way, message_id = excluded.message_id, note = excluded.note,
    given_by = excluded.given_by, given_at = excluded.given_at, recorded_at = excluded.recorded_at

-- name: list_answers
-- What the complainant was told of each decision.
select a.decision_id, a.way, a.message_id, m.delivery, a.note, s.name as given_by_name, a.given_at
from complaint_answer a left join message m on m.id = a.message_id left join staff s on s.id = a.given_by
where a.ticket_id = :ticket_id::uuid order by a.given_at

-- name: sent_messages
-- What our people sent in its conversations since a moment; `message_id`: whether this is one of them.
select m.id as message_id, m.interaction_id, m.at, left(m.text, 140) as preview, m.delivery
from ticket_interaction l join message m on m.interaction_id = l.interaction_id
where l.ticket_id = :ticket_id::uuid and m.direction = 'outbound' and m.author_kind = 'agent' and m.at >= :since::timestamptz
  and (:message_id::uuid is null or m.id = :message_id)
order by m.at desc limit 20

-- name: find_code
-- How far the complaint of a code is, or the one into which it was merged, through all that follow.
with recursive way as (
    select ticket_id as id from complaint where code = :code::text
    union select p.merged_into from way w join ticket p on p.id = w.id where p.merged_into is not null
)
select case when t.category in ('solved', 'closed') then 'closed' else c.stage end as stage
from way join ticket t on t.id = way.id and t.merged_into is null join complaint c on c.ticket_id = t.id

-- name: public_case
-- How far a complaint is, and its code.
select c.code, case when t.category in ('solved', 'closed') then 'closed' else c.stage end as stage
from complaint c join ticket t on t.id = c.ticket_id where c.ticket_id = :ticket_id::uuid

-- name: list_complaints
-- Complaints in scope, the newest first, with what is due next.
select t.id as ticket_id, t.serial, t.subject, t.category, t.priority, t.type_id, t.branch_id, t.queue_id,
       case when t.category in ('solved', 'closed') then 'closed' else c.stage end as stage, c.source_id, p.name as customer_name,
       o.name as owner_name, coalesce(q.name, b.name) as unit_name, c.level, c.registered_at, n.step as next_step, n.due_at,
       coalesce(n.due_at <= :now::timestamptz, false) or x.is_late as is_late
from complaint c join ticket t on t.id = c.ticket_id left join customer p on p.id = t.customer_id
     left join staff o on o.id = t.owner_id left join branch b on b.id = t.branch_id left join queue q on q.id = t.queue_id
     left join lateral (select d.step, d.due_at from complaint_deadline d
                        where d.ticket_id = c.ticket_id and d.done_at is null and t.category not in ('solved', 'closed')
                          and (d.step <> 'review' or c.stage in ('review', 'referred'))
                        order by d.due_at, d.step limit 1) n on true
     cross join lateral (select exists (select from complaint_referral r where r.ticket_id = c.ticket_id and r.state = 'open'
                                                                         and r.due_at <= :now::timestamptz) as is_late) x
where (c.registered_at, c.ticket_id) < (:at::timestamptz, :id::uuid) and t.merged_into is null
  and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
  and (not t.is_confidential or :sees_confidential::boolean or :sees_complaints::boolean or :me::uuid = any(t.readers))
  and (:me::uuid is null or :me <> all(t.hidden_from))
  and (not :open_only::boolean or t.category not in ('solved', 'closed'))
  and (:stage::text is null or :stage = case when t.category in ('solved', 'closed') then 'closed' else c.stage end)
  and (not :late::boolean or (t.category not in ('solved', 'closed') and (n.due_at <= :now::timestamptz or x.is_late)))
  and (:source_id::uuid is null or c.source_id = :source_id) and (:type_id::uuid is null or t.type_id = :type_id)
  and (:cause_id::uuid is null or c.cause_id = :cause_id) and (:branch_id::uuid is null or t.branch_id = :branch_id)
  and (:queue_id::uuid is null or t.queue_id = :queue_id)
  and (:since::date is null or c.registered_at >= (:since::date::timestamp at time zone :zone::text))
  and (:until::date is null or c.registered_at < ((:until::date + 1)::timestamp at time zone :zone))
  and (:by::text is null or :key::text is not distinct from case :by when 'type' then t.type_id::text when 'source' then c.source_id::text
       when 'cause' then c.cause_id::text when 'branch' then t.branch_id::text when 'queue' then t.queue_id::text else :key end)
  and (:by is null or :by not in ('subject', 'employee')
       or exists (select from complaint_subject s where s.ticket_id = c.ticket_id and (s.kind = 'employee') = (:by = 'employee')
                  and case :by when 'employee' then coalesce(s.staff_id::text, s.folded) else s.folded end = :key))
order by c.registered_at desc, c.ticket_id desc limit :most::int

-- name: names_of_types
-- What the types of complaints are called.
select id, names from ticket_type where kind = 'complaint'

-- name: count_by_day
-- How many were registered on each day, by what is asked for; one that is about two things counts at both.
select x.key, max(x.label) as label, (c.registered_at at time zone :zone::text)::date as day, count(distinct c.ticket_id) as number
from complaint c join ticket t on t.id = c.ticket_id
     cross join lateral (
        select t.type_id::text as key, null::text as label where :by::text = 'type'
        union all select c.source_id::text, null where :by = 'source'
        union all select c.cause_id::text, null where :by = 'cause'
        union all select t.branch_id::text, (select name from branch where id = t.branch_id) where :by = 'branch'
        union all select t.queue_id::text, (select name from queue where id = t.queue_id) where :by = 'queue'
        union all select s.folded, s.name from complaint_subject s
                  where :by = 'subject' and s.ticket_id = c.ticket_id and s.kind <> 'employee'
        union all select coalesce(s.staff_id::text, s.folded), s.name from complaint_subject s
                  where :by = 'employee' and s.ticket_id = c.ticket_id and s.kind = 'employee') x
where c.registered_at >= (:since::date::timestamp at time zone :zone) and c.registered_at < ((:until::date + 1)::timestamp at time zone :zone)
  and t.merged_into is null and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
  and (not t.is_confidential or :sees_confidential::boolean or :sees_complaints::boolean or :me::uuid = any(t.readers))
  and (:me::uuid is null or :me <> all(t.hidden_from))
group by x.key, day order by day, x.key nulls last limit 20000

-- name: recurring
-- The same cause with the same type and subject, so many times or more.
select c.cause_id, t.type_id, max(s.name) as subject, count(distinct c.ticket_id) as number, max(c.registered_at) as last_at
from complaint c join ticket t on t.id = c.ticket_id
     left join complaint_subject s on s.ticket_id = c.ticket_id and s.kind <> 'employee'
where c.cause_id is not null and c.registered_at >= (:since::date::timestamp at time zone :zone::text)
  and c.registered_at < ((:until::date + 1)::timestamp at time zone :zone)
  and t.merged_into is null and (:branches::uuid[] is null or t.branch_id is null or t.branch_id = any(:branches))
  and (not t.is_confidential or :sees_confidential::boolean or :sees_complaints::boolean or :me::uuid = any(t.readers))
  and (:me::uuid is null or :me <> all(t.hidden_from))
group by c.cause_id, t.type_id, s.folded having count(distinct c.ticket_id) >= :least::int
order by number desc, last_at desc limit 200
