-- The router, complete: steps, hours, overflow, ways to offer and to wrap up, requirements by kind of work, loyalty tiers.

create table loyalty_tier (
    id       uuid primary key,
    name     text not null unique check (name <> ''),
    position int not null,                     -- the lowest number is the most loyal
    version  int not null default 1
);
alter table customer add column tier_id uuid references loyalty_tier;

alter table queue
    add column steps          jsonb not null default '[]',   -- [{"after_seconds": 60, "skills": {skill id: least level}}, ...]
    add column channels       text[],                        -- which it takes; null is all
    add column offer_mode     text not null default 'offer' check (offer_mode in ('offer', 'auto', 'broadcast')),
    add column wrap_up_mode   text not null default 'timed' check (wrap_up_mode in ('none', 'optional', 'timed', 'manual')),
    add column idle_clock     text not null default 'all' check (idle_clock in ('all', 'inbound')),
    add column goal_percent   int not null default 80 check (goal_percent between 1 and 100),
    add column hours          jsonb,                         -- when people answer; null is always
    add column overflow       jsonb not null default '[]';   -- [{"when": "waited", "after_seconds": 300, "action": "queue", ...}, ...]
update queue set steps = jsonb_build_array(jsonb_build_object('after_seconds', relax_after_seconds, 'skills',
    (select coalesce(jsonb_object_agg(key, 1), '{}') from jsonb_each(skills))))
where relax_after_seconds is not null and skills <> '{}';
alter table queue drop column relax_after_seconds;
alter table queue drop constraint queue_order_by_check;
alter table queue add constraint queue_order_by_check check (order_by in ('reserve', 'best', 'fair', 'custom'));

-- What work of a kind needs besides what its queue asks: it may ask for more, never for less.
create table work_rule (
    id         uuid primary key,
    name       text not null unique check (name <> ''),
    position   int not null,
    queue_id   uuid references queue,          -- null: of every queue
    branch_id  uuid references branch,
    conditions jsonb not null default '{}',    -- attribute -> the values of which one must hold
    skills     jsonb not null default '{}',
    permission text,
    trust      int check (trust between 0 and 10),
    priority   int check (priority between 0 and 3),
    is_active  boolean not null default true,
    version    int not null default 1
);

alter table work
    add column attributes     jsonb not null default '{}',   -- what rules look at: language, tier, type, ...
    add column is_emergency   boolean not null default false,
    add column least_step     int not null default 0,        -- raised when offers fail
    add column failed_offers  int not null default 0,
    add column overflowed     text[] not null default '{}',  -- which overflow rules ran since it was first queued
    add column quiet_since    timestamptz;                   -- weighs a tenth from then on; null while the customer talks

alter table offer add column is_broadcast boolean not null default false;
drop index offer_one_open;
create unique index offer_one_open on offer (work_id) where state = 'offered' and not is_broadcast;
create unique index offer_broadcast_open on offer (work_id, agent_id) where state = 'offered' and is_broadcast;
