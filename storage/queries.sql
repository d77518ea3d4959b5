-- name: append_events
-- Write events as the last statement of their transaction, and return their positions; unnest keeps their order.
select seq, at from append_events(:kinds::text[], :ats::timestamptz[], :actor::text, :subjects::text[], :audiences::text[], :datas::text[])

-- name: read_events
-- Read what follows a position, with the snapshot's bounds that tell which gaps are final.
select seq, at, kind, actor, subject, audience, data::text as data
from event_log
where seq > :after::bigint
order by seq
limit :most::int

-- name: snapshot_bounds
-- Oldest running and next transaction: a gap seen before `upper` is final once `oldest` has passed it. A snapshot ends
-- behind the last transaction that is over, and later ones may be running: how many have begun since is its age.
select pg_snapshot_xmin(s)::text::bigint as oldest,
       pg_snapshot_xmax(s)::text::bigint + age(pg_snapshot_xmax(s)::xid) as upper
from pg_current_snapshot() s

-- name: last_event
-- The highest position that is visible now; 0 for an empty log.
select coalesce(max(seq), 0) from event_log

-- name: replay_events
-- What the rooms of one client missed: at most `most` events out of the `span` positions after its last one.
select seq, at, kind, actor, subject, audience, data::text as data
from event_log
where seq > :after::bigint and seq <= :until::bigint and audience && :rooms::text[]
order by seq
limit :most::int

-- name: list_audit
-- The audit trail, newest first.
select seq, at, kind, actor, subject, audience, data
from event_log
where seq < :before::bigint
  and (:subject::text is null or subject = :subject)
  and (:actor::text is null or actor = :actor)
  and (:kind::text is null or kind = :kind)
  and (:since::timestamptz is null or at >= :since) and (:until::timestamptz is null or at < :until)
order by seq desc
limit :most::int

-- name: enqueue_job
-- Leave work to be done after the commit.
select add_job(:kind::text, :key::text, :payload::jsonb, coalesce(:run_at::timestamptz, clock_timestamp()))

-- name: claim_jobs
-- Lease due jobs; of one key only the oldest that is not quarantined. What it costs does not depend on how much waits.
update job set attempts = attempts + 1, epoch = epoch + 1,
    lease_until = clock_timestamp() + :lease_seconds::float8 * interval '1 second'
where id in (
    select j.id from job j join (
        select d.id from unnest(:kinds::text[]) as k (kind) cross join lateral (
            select first.id, first.run_at from job first
            where first.kind = k.kind and first.quarantined_at is null and not first.is_behind and first.run_at <= clock_timestamp()
              and (first.lease_until is null or first.lease_until < clock_timestamp())
              and (first.key is null or first.id = (
                  select earlier.id from job earlier
                  where earlier.kind = first.kind and earlier.key = first.key and earlier.quarantined_at is null
                  order by earlier.kind, earlier.key, earlier.id limit 1))
            order by first.kind, first.run_at, first.id limit :most::int) d
        order by d.run_at, d.id limit :most) due on due.id = j.id
    where j.quarantined_at is null and j.run_at <= clock_timestamp() and (j.lease_until is null or j.lease_until < clock_timestamp())
    for update of j skip locked)
returning id, kind, key, payload, attempts, epoch, created_at

-- name: finish_job
-- Done: gone, unless the lease was lost meanwhile.
select end_jobs(array[:id::bigint], :epoch::bigint)

-- name: jobs_done_beforehand
-- Done with another one; whoever has them on lease finds that out.
select end_jobs(:ids::bigint[], null)

-- name: retry_job
-- Not now: again at a later time.
update job set lease_until = null, run_at = clock_timestamp() + :wait_seconds::float8 * interval '1 second', last_error = :error::text,
    attempts = attempts - :given_back::int
where id = :id::bigint and epoch = :epoch::bigint

-- name: quarantine_job
-- Never by itself again: an operator looks at it.
select put_job_aside(:id::bigint, :epoch::bigint, :error::text)

-- name: next_job_due
-- How long until the next job of these kinds may run, in seconds; null for none.
select extract(epoch from least(
    (select min(d.run_at) from unnest(:kinds::text[]) as k (kind) cross join lateral (
        select first.run_at from job first
        where first.kind = k.kind and first.quarantined_at is null and not first.is_behind and first.lease_until is null
        order by first.kind, first.run_at, first.id limit 1) d),
    (select min(greatest(run_at, lease_until)) from job
     where lease_until is not null and quarantined_at is null and kind = any(:kinds))) - clock_timestamp())::float8

-- name: list_quarantine
-- What waits for an operator.
select id, kind, key, payload, attempts, last_error, quarantined_at, created_at
from job where quarantined_at is not null and id > :after::bigint order by id limit :most::int

-- name: release_job
-- Run a quarantined job again.
update job set quarantined_at = null, attempts = 0, run_at = clock_timestamp()
where id = :id::bigint and quarantined_at is not null

-- name: take_lease
-- Become or stay the single owner of a name; the epoch grows at each change of hands.
insert into lease (name, holder, epoch, renewed_at, ttl_seconds)
values (:name::text, :holder::uuid, 1, clock_timestamp(), :ttl_seconds::float8)
on conflict (name) do update
    set epoch = case when lease.holder = excluded.holder then lease.epoch else lease.epoch + 1 end,
        holder = excluded.holder, renewed_at = clock_timestamp(), ttl_seconds = excluded.ttl_seconds
    where lease.holder = excluded.holder
       or lease.renewed_at + lease.ttl_seconds * interval '1 second' < clock_timestamp()
returning epoch

-- name: drop_lease
-- Hand over at once on a clean stop.
update lease set renewed_at = 'epoch' where name = :name::text and holder = :holder::uuid

-- name: lock_epoch
-- The fence: the write that follows counts only while this epoch is in force.
select epoch from lease where name = :name::text and epoch = :epoch::bigint for share

-- name: read_cursor
-- How far a consumer of the log has come.
select seq from consumer where name = :name::text

-- name: save_cursor
-- Remember how far a consumer has come, in the transaction of what it did.
insert into consumer (name, seq) values (:name::text, :seq::bigint)
on conflict (name) do update set seq = greatest(consumer.seq, excluded.seq)

-- name: save_file
-- Remember a stored file; the same content is one row.
insert into file (sha256, size, content_type) values (:sha256::bytea, :size::bigint, :content_type::text)
on conflict (sha256) do nothing

-- name: ensure_partitions
-- Make the partitions of this month and the next.
select ensure_partitions(now()), ensure_partitions(now() + interval '1 month')

-- name: ping
-- Is it there?
select 1

-- name: check_letters
-- Trigrams of an Arabic letter: empty where LC_CTYPE is not UTF-8.
select cardinality(show_trgm('س'))

-- name: count_rate
-- Count one try in its window and return how many there were, surviving restarts.
insert into rate (key, window_start, tries) values (:key::text, :window_start::timestamptz, 1)
on conflict (key) do update
    set tries = case when rate.window_start = excluded.window_start then rate.tries + 1 else 1 end,
        window_start = excluded.window_start
returning tries

-- name: clear_rate
-- Forget the tries of a key after a success.
delete from rate where key = :key::text

-- name: find_answer
-- The kept answer to a write that came with an Idempotency-Key.
select request_hash, status, body from idempotency where actor = :actor::text and key = :key::text

-- name: reserve_answer
-- Reserve a key before the work; no row when somebody has it.
insert into idempotency (actor, key, request_hash, status) values (:actor::text, :key::text, :request_hash::bytea, 0)
on conflict (actor, key) do nothing returning 1

-- name: keep_answer
-- Fill a reserved key with its answer.
update idempotency set status = :status::int, body = :body::jsonb where actor = :actor::text and key = :key::text

-- name: drop_answer
-- Free a reserved key after a refusal.
delete from idempotency where actor = :actor::text and key = :key::text and status = 0

-- name: forget_old
-- Daily cleaning of what has done its duty.
with old_answers as (delete from idempotency where created_at < now() - interval '2 days')
delete from rate where window_start < now() - interval '2 days'
