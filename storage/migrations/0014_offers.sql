-- Work that an agent has may weigh more than there is room, and then says so; what a hand-over asks for stays with the work.

-- Waking conversations and whoever may overload pass the capacity: `over_units` says by how much, and falls with the load.
alter table agent add column over_units int not null default 0 check (over_units >= 0);
alter table agent drop constraint agent_within_capacity;
alter table agent add constraint agent_within_capacity check (used_units between 0 and capacity_units + over_units);

-- Levels asked of whoever takes it next, besides what its queue asks: {skill id: least level}.
alter table work add column asked_skills jsonb not null default '{}';

-- The customer has been silent and the work weighs little: the next word takes the way on which it is weighed again.
alter table interaction add column is_quiet boolean not null default false;

-- Who is asked whether waiting work may be taken without an offer is in the order of the queue; what is open of it ends together.
create index offer_open_of_work on offer (work_id) where state = 'offered';
