-- name: lock_sender
-- One sending of a sender at a time, so that a repeated request finds the first one.
select pg_advisory_xact_lock(hashtextextended(:sender::text, 28))

-- name: find_sent
-- What this sender sent under this id.
select id from solution where sent_by is not distinct from :sent_by::uuid and client_id = :client_id::text

-- name: insert_solution
-- A solution with what is said, as it is now.
insert into solution (id, article_id, problem_id, texts, bodies, subject, solves, sent_by, by_name, client_id, created_at)
values (:id::uuid, :article_id::uuid, :problem_id::uuid, :texts::jsonb, :bodies::jsonb, :subject::text, :solves::boolean,
        :sent_by::uuid, :by_name::text, :client_id::text, :now::timestamptz)

-- name: insert_telling
-- A ticket that it is sent for; the first of each customer is the one on which they are told.
insert into solution_ticket (solution_id, ticket_id, customer_id, is_teller, state)
values (:solution_id::uuid, :ticket_id::uuid, :customer_id::uuid, :is_teller::boolean, :state::text)

-- name: lock_telling
-- One that is not done yet, for the job that does it; with what is said.
select t.solution_id, t.ticket_id, t.customer_id, t.is_teller, s.texts, s.bodies, s.subject, s.solves, s.by_name
from solution_ticket t join solution s on s.id = t.solution_id
where t.solution_id = :solution_id::uuid and t.ticket_id = :ticket_id::uuid and t.at is null for update of t

-- name: get_teller
-- What became of the ticket on which a customer is told.
select state, detail from solution_ticket where solution_id = :solution_id::uuid and customer_id = :customer_id::uuid and is_teller

-- name: save_telling
-- What became of it.
update solution_ticket set state = :state::text, channel = :channel::text, message_id = :message_id::uuid, detail = :detail::text, is_solved = :is_solved::boolean,
    at = :now::timestamptz
where solution_id = :solution_id::uuid and ticket_id = :ticket_id::uuid

-- name: tickets_below
-- Those whose parent is the problem, and that are to be solved.
select t.id from ticket_link l join ticket t on t.id = l.from_id
where l.to_id = :problem_id::uuid and l.kind = 'parent' and t.category not in ('solved', 'closed') and t.merged_into is null
order by t.id limit :most::int

-- name: list_solutions
-- What was sent, newest first, with how many tickets are where; what did not arrive was not sent.
select s.id, s.article_id, s.problem_id, s.subject, s.solves, s.by_name, s.created_at, s.texts,
       count(*) filter (where t.at is null) as waiting, count(*) filter (where t.state = 'sent' and m.delivery is distinct from 'failed') as sent,
       count(*) filter (where t.state = 'refused' or (m.delivery = 'failed' and m.error = any(:unwanted::text[]))) as refused,
       count(*) filter (where m.delivery = 'failed' and (m.error = any(:unwanted)) is not true) as failed,
       count(*) filter (where t.state = 'same_customer' and t.at is not null) as same_customer
from solution s left join solution_ticket t on t.solution_id = s.id left join message m on m.id = t.message_id
where s.id < :before::uuid and (:id::uuid is null or s.id = :id) and (:sent_by::uuid is null or s.sent_by = :sent_by)
group by s.id order by s.id desc limit :most::int

-- name: list_tellings
-- What became of each ticket.
select o.ticket_id, k.kind, k.serial, k.subject, k.branch_id, k.is_confidential, k.readers, k.hidden_from, c.name as customer_name, o.state, o.channel,
       o.detail, o.is_solved, o.at, m.delivery, m.error, m.external_id is not null as was_taken
from solution_ticket o join ticket k on k.id = o.ticket_id left join customer c on c.id = o.customer_id
     left join message m on m.id = o.message_id
where o.solution_id = :solution_id::uuid order by o.ticket_id

-- name: last_said
-- What was said last to the customer in a conversation, in the transaction that said it.
select id from message where interaction_id = :interaction_id::uuid and direction = 'outbound' order by seq desc limit 1

-- name: last_answer
-- What an agent said last to the customer in the conversations about a ticket.
select m.text, m.html from message m join ticket_interaction l on l.interaction_id = m.interaction_id
where l.ticket_id = :ticket_id::uuid and m.direction = 'outbound' and m.author_kind = 'agent' and m.text <> ''
order by m.at desc, m.seq desc limit 1
