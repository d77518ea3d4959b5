-- A quarter of what it took to write an offer were three triggers that looked for rows which the same statement has found:
-- a batch of offers locks its works and its agents, a round of many locks its works and reads its agents. Nobody deletes
-- either; who does it one day by hand is asked by these.
alter table work drop constraint work_agent_id_fkey;
alter table offer drop constraint offer_agent_id_fkey;
alter table offer drop constraint offer_work_id_fkey;

create function keep_agent_with_work() returns trigger language plpgsql as $$
begin
    if exists (select from work where agent_id = old.staff_id) or exists (select from offer where agent_id = old.staff_id) then
        raise foreign_key_violation using message = 'an agent with work or offers is kept', table = 'agent';
    end if;
    return old;
end $$;
create trigger keep_agent_with_work before delete on agent for each row execute function keep_agent_with_work();

create function keep_work_with_offers() returns trigger language plpgsql as $$
begin
    if exists (select from offer where work_id = old.id) then
        raise foreign_key_violation using message = 'a work with offers is kept', table = 'work';
    end if;
    return old;
end $$;
create trigger keep_work_with_offers before delete on work for each row execute function keep_work_with_offers();
