-- One index says what may be open at a time, and finds it by its work: each offer is written to two indexes less.

-- One offer of a work, or one of a round for each agent. (work id in both places: nobody but the work itself.)
create unique index offer_open on offer (work_id, (case when is_broadcast then agent_id else work_id end)) where state = 'offered';
drop index offer_one_open;
drop index offer_broadcast_open;
drop index offer_open_of_work;

-- Nobody asks by it any more.
drop index work_changed;

-- The units of an agent change with each offer: the next version finds room beside the last one, and no index is touched.
alter table agent set (fillfactor = 70);
