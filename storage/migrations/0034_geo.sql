-- Technicians, their phones, where they were, and what follows from it.

create table geo_fence (
    id            uuid primary key,
    name          text not null check (name <> ''),
    branch_id     uuid references branch,
    shape         jsonb not null,             -- geo.fencing.Shape
    dwell_seconds int check (dwell_seconds between 60 and 86400),
    is_territory  boolean not null default false,
    is_active     boolean not null default true,
    version       int not null default 1
);

create table technician (
    staff_id         uuid primary key references agent on delete cascade,
    home             point,                   -- longitude, latitude, as all points here
    territory_id     uuid references geo_fence on delete set null,
    shift            jsonb not null,          -- sla.hours.Hours: nothing outside of it is kept
    vehicle          text not null default '',
    interval_seconds int not null default 60 check (interval_seconds between 1 and 3600),
    ping_seconds     int not null default 300 check (ping_seconds between 10 and 86400),
    is_active        boolean not null default true,
    version          int not null default 1
);
create index technician_home on technician using gist (home) where home is not null and is_active;

create table geo_device (
    id            uuid primary key,
    technician_id uuid not null references technician on delete cascade,
    name          text not null,
    client        text not null check (client in ('traccar', 'owntracks', 'overland', 'page')),
    token_hash    bytea not null unique,
    secret        bytea,                      -- sealed with the key, bound to this row
    created_at    timestamptz not null,
    revoked_at    timestamptz
);
create index geo_device_of on geo_device (technician_id) where revoked_at is null;

-- A partition a day; the last thing that is known is in `technician_last`.
create table position (
    technician_id uuid not null,
    at            timestamptz not null,       -- by the phone's clock
    received_at   timestamptz not null,
    device_id     uuid not null,
    lat           float8 not null check (lat between -90 and 90),
    lon           float8 not null check (lon between -180 and 180),
    accuracy      real,
    speed         real,                       -- m/s
    heading       real,
    altitude      real,
    battery       smallint,
    flags         smallint not null default 0, -- geo.quality.Flag
    primary key (technician_id, at)
) partition by range (at);

create function geo_ensure_day(day date) returns void language plpgsql as $$
declare
    name text := 'position_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass(name) is null then
        -- Of several processes one makes it, and the others wait for that.
        perform pg_advisory_xact_lock(hashtext('geo_ensure_day'));
        if to_regclass(name) is null then
            execute format('create table %I partition of position for values from (%L) to (%L)', name,
                day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
        end if;
    end if;
end $$;

create table technician_last (
    technician_id   uuid primary key references technician on delete cascade,
    device_id       uuid,
    seen_at         timestamptz,              -- a sign of life, with a point or without
    at              timestamptz,
    place           point,
    accuracy        real,
    speed           real,
    heading         real,
    battery         smallint,
    is_charging     boolean,
    is_mock         boolean not null default false,
    permission      text,
    is_saving_power boolean,
    doubt_at        timestamptz,              -- a point that was not believed
    doubt           point,
    doubts          smallint not null default 0,
    changed_at      timestamptz not null default now()
);
create index technician_last_place on technician_last using gist (place) where place is not null;
create index technician_last_changed on technician_last (changed_at);

create table geo_day (
    technician_id    uuid not null references technician on delete cascade,
    day              date not null,           -- of the shift's zone
    dirty_at         timestamptz,             -- points came since it was worked out
    running_at       timestamptz,
    told_until       timestamptz,             -- up to where crossings of fences were told
    metres           float8 not null default 0,
    moving_seconds   float8 not null default 0,
    standing_seconds float8 not null default 0,
    points           int not null default 0,
    first_at         timestamptz,
    last_at          timestamptz,
    primary key (technician_id, day)
);
create index geo_day_dirty on geo_day (dirty_at) where dirty_at is not null;
create index geo_day_running on geo_day (running_at) where running_at is not null;

create table geo_leg (
    technician_id uuid not null references technician on delete cascade,
    began_at      timestamptz not null,
    kind          text not null check (kind in ('trip', 'stop')),
    day           date not null,
    ended_at      timestamptz not null check (ended_at >= began_at),
    begin_place   point not null,
    end_place     point not null,
    metres        float8 not null,
    fastest       real not null,
    primary key (technician_id, day, began_at, kind)
);
create index geo_leg_trips on geo_leg (began_at) where kind = 'trip';

create table geo_visit (
    fence_id      uuid not null references geo_fence on delete cascade,
    technician_id uuid not null references technician on delete cascade,
    day           date not null,
    entered_at    timestamptz not null,
    left_at       timestamptz,
    dwelt_at      timestamptz,
    primary key (technician_id, day, fence_id, entered_at)
);
create index geo_visit_of on geo_visit (fence_id, entered_at desc);

create table geo_quarantine (
    id            bigint generated always as identity primary key,
    technician_id uuid not null references technician on delete cascade,
    device_id     uuid not null,
    received_at   timestamptz not null,
    reason        text not null,
    raw           text not null
);
create index geo_quarantine_at on geo_quarantine (received_at);

create table geo_calibration (
    territory_id uuid references geo_fence on delete cascade,
    band         text not null,
    factor       float8 not null,
    least        float8 not null,
    most         float8 not null,
    trips        int not null,
    unique nulls not distinct (territory_id, band)
);

-- Days that are older go as a whole; what was worked out of them goes along.
create function geo_forget(before date) returns int language plpgsql as $$
declare
    old record;
    gone int := 0;
begin
    for old in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'position'::regclass and c.relname < 'position_' || to_char(before, 'YYYYMMDD')
    loop
        execute format('drop table %I', old.relname);
        gone := gone + 1;
    end loop;
    delete from geo_leg where day < before;
    delete from geo_visit where day < before;
    delete from geo_day where day < before;
    delete from geo_quarantine where received_at < before::timestamp at time zone 'UTC';
    return gone;
end $$;

-- Customers whose address was put on the map.
create index customer_placed on customer (id)
    where merged_into is null and jsonb_path_exists(addresses, '$[*].place.lat');
