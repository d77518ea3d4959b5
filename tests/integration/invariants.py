"""What must be true of the database after whatever happened."""

from __future__ import annotations

from storage.database import Database, adhoc

# Each returns rows only where it is broken.
INVARIANTS = {
    "one open offer a work": """
        select work_id from offer where state = 'offered' group by work_id having count(*) > 1""",
    "offered work has its open offer": """
        select w.id from work w left join offer o on o.id = w.offer_id and o.state = 'offered'
        where w.state = 'offered' and o.id is null""",
    "an open offer is of offered work": """
        select o.id from offer o join work w on w.id = o.work_id
        where o.state = 'offered' and w.offer_id is distinct from o.id""",
    "used units are what the work adds up to": """
        select a.staff_id from agent a left join work w on w.agent_id = a.staff_id
        group by a.staff_id, a.used_units having a.used_units <> coalesce(sum(w.units), 0)""",
    "an assigned work has an accepted offer, or was taken over": """
        select w.id from work w where w.state = 'assigned' and not exists
        (select from offer o where o.work_id = w.id and o.agent_id = w.agent_id and o.state = 'accepted')
        and not exists
        (select from message m where m.interaction_id = w.id and m.event = 'taken' and m.author_id = w.agent_id)""",
    "work and interaction agree": """
        select i.id from interaction i join work w on w.id = i.id
        where (i.state = 'assigned') <> (w.state = 'assigned')
           or (i.state = 'assigned' and i.agent_id is distinct from w.agent_id)""",
    "seq has no gap": """
        select interaction_id from message group by interaction_id having max(seq) <> count(*) or min(seq) <> 1""",
    "last_seq is the last": """
        select i.id from interaction i join message m on m.interaction_id = i.id
        group by i.id, i.last_seq having max(m.seq) <> i.last_seq""",
}


async def check_invariants(db: Database) -> None:
    for name, query in INVARIANTS.items():
        assert not await db.rows(adhoc(query)), name
