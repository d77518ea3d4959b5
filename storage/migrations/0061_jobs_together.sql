-- Many jobs of one kind at a time, in the order given; returns how many of them may run now: who added only what stands
-- behind others need wake nobody. The lock is that of `add_job`.
create function add_jobs(of_kind text, keys text[], payloads jsonb[]) returns bigint language plpgsql as $$
declare
    ready bigint;
begin
    perform pg_advisory_xact_lock_shared(lock) from (
        select distinct hashtextextended(of_kind || ' ' || key, 13) as lock from unnest(keys) as k (key) order by 1) locks;
    with given as (
        select key, payload, n, key is not null and row_number() over (partition by key order by n) > 1 as is_later
        from unnest(keys, payloads) with ordinality as g (key, payload, n)
    ), added as (
        insert into job (kind, key, payload, run_at, is_behind)
        select of_kind, g.key, g.payload, clock_timestamp(), g.is_later or exists (
            select from job e where e.kind = of_kind and e.key = g.key and e.quarantined_at is null)
        from given g order by g.n
        returning is_behind
    )
    select count(*) filter (where not is_behind) into ready from added;
    return ready;
end $$;
