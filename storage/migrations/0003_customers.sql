-- Customers and how they are found.

create table customer (
    id          uuid primary key,
    kind        text not null check (kind in ('person', 'organization')),
    status      text not null default 'prospect' check (status in ('prospect', 'active')),
    name        text not null,
    branch_id   uuid references branch,
    locale      text check (locale in ('en', 'ar', 'fa')),
    notes       text not null default '',
    search      text not null,              -- name and identities, folded
    merged_into uuid references customer check (merged_into <> id),
    version     int not null default 1,
    created_at  timestamptz not null
);
create index customer_search on customer using gin (search gin_trgm_ops) where merged_into is null;
create index customer_merged on customer (merged_into) where merged_into is not null;

create table identity (
    kind        text not null check (kind in ('email', 'phone', 'visitor', 'telegram')),
    value       text not null check (value <> ''),   -- normalised: lower-cased mail, E.164 number
    customer_id uuid not null references customer,
    created_at  timestamptz not null default now(),
    primary key (kind, value)
);
create index identity_customer on identity (customer_id);

create table customer_merge (
    id          uuid primary key,
    survivor_id uuid not null references customer,
    absorbed_id uuid not null references customer,
    identities  jsonb not null,             -- what moved, for undo
    merged_at   timestamptz not null,
    undone_at   timestamptz
);
