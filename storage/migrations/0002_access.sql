-- Who may do what, on whose data.

create table branch (
    id        uuid primary key,
    name      text not null check (name <> ''),
    parent_id uuid references branch check (parent_id <> id),
    version   int not null default 1
);

create table role (
    id          uuid primary key,
    name        text not null unique check (name <> ''),
    permissions text[] not null default '{}',
    version     int not null default 1
);

create table staff (
    id            uuid primary key,
    login         text not null unique check (login = lower(login) and login <> ''),
    name          text not null check (name <> ''),
    email         text,
    password_hash text not null,
    branch_id     uuid references branch,   -- null: the whole organisation
    is_active     boolean not null default true,
    locale        text not null default 'en' check (locale in ('en', 'ar', 'fa')),
    calendar      text not null default 'gregory' check (calendar in ('gregory', 'persian', 'islamic-umalqura')),
    version       int not null default 1,
    created_at    timestamptz not null default now()
);

create table staff_role (
    staff_id uuid not null references staff on delete cascade,
    role_id  uuid not null references role on delete cascade,
    primary key (staff_id, role_id)
);

create table session (
    id         uuid primary key,
    token_hash bytea not null unique,
    staff_id   uuid not null references staff on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    address    text not null,
    user_agent text not null
);
create index session_staff on session (staff_id) where revoked_at is null;

create table api_token (
    id         uuid primary key,
    token_hash bytea not null unique,
    name       text not null check (name <> ''),
    staff_id   uuid not null references staff on delete cascade,
    scopes     text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
