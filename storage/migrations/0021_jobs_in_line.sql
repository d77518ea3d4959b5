-- Of one key only the first job is looked at; what stands behind it costs nobody anything until its turn comes.
-- `is_behind` holds what is not to be tried yet. Wrongly false it only costs a look (claim_jobs asks for an earlier one all
-- the same); wrongly true it would never run, which the locks below prevent.
alter table job add column is_behind boolean not null default false;
update job set is_behind = true
where key is not null and quarantined_at is null and exists (
    select from job earlier
    where earlier.kind = job.kind and earlier.key = job.key and earlier.id < job.id and earlier.quarantined_at is null);

drop index job_due;
create index job_due on job (kind, run_at, id) where quarantined_at is null and not is_behind;
create index job_leased on job (lease_until) where lease_until is not null and quarantined_at is null;

-- Who adds to a line holds it shared until the commit, so that whoever takes the first one away sees what came meanwhile.
-- In functions, since each of their statements sees what was committed before it.
create function add_job(kind text, key text, payload jsonb, run_at timestamptz) returns bigint language plpgsql as $$
declare
    added bigint;
begin
    if add_job.key is not null then
        perform pg_advisory_xact_lock_shared(hashtextextended(add_job.kind || ' ' || add_job.key, 13));
    end if;
    insert into job (kind, key, payload, run_at, is_behind)
    values (add_job.kind, add_job.key, add_job.payload, add_job.run_at, add_job.key is not null and exists (
        select from job e where e.kind = add_job.kind and e.key = add_job.key and e.quarantined_at is null))
    returning id into added;
    return added;
end $$;

create function next_in_line(job_kind text, job_key text) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(job_kind || ' ' || job_key, 13));
    update job set is_behind = false where id = (
        select id from job where kind = job_kind and key = job_key and quarantined_at is null order by id limit 1)
        and is_behind;
end $$;

create function end_jobs(ids bigint[], of_epoch bigint) returns bigint language plpgsql as $$
declare
    gone record;
    ended bigint := 0;
begin
    for gone in
        delete from job where id = any(ids) and (of_epoch is null or epoch = of_epoch) returning kind, key, is_behind
    loop
        ended := ended + 1;
        if gone.key is not null and not gone.is_behind then
            perform next_in_line(gone.kind, gone.key);
        end if;
    end loop;
    return ended;
end $$;

create function put_job_aside(job_id bigint, of_epoch bigint, reason text) returns void language plpgsql as $$
declare
    aside record;
begin
    update job set lease_until = null, quarantined_at = clock_timestamp(), last_error = reason
    where id = job_id and epoch = of_epoch returning kind, key into aside;
    if found and aside.key is not null then
        perform next_in_line(aside.kind, aside.key);
    end if;
end $$;
