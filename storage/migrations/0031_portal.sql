-- The customers' portal: how it is set, who signed in, who sees what of an organisation, and forms on other sites.

create table portal_setting (
    is_only  boolean primary key default true check (is_only),
    settings jsonb not null,
    version  int not null
);

create table portal_form (
    id         text primary key check (id ~ '^[a-z0-9-]{1,40}$'),
    account_id uuid not null references channel_account,
    settings   jsonb not null,
    origins    text[] not null default '{}',
    is_enabled boolean not null default true,
    version    int not null default 1
);

-- Somebody asks to be let in: the code and the link are derived from the id by a key that is not here.
create table portal_sign_in (
    id         uuid primary key,
    kind       text not null check (kind in ('email', 'phone')),
    address    text not null,
    locale     text not null check (locale in ('en', 'ar', 'fa')),
    asked_at   timestamptz not null,
    expires_at timestamptz not null,
    is_sent    boolean not null default false,   -- only what was sent can be entered
    tries      int not null default 0,
    used_at    timestamptz
);
create index portal_sign_in_over on portal_sign_in (expires_at);

-- A session is an address's: whose that address is now, sees it.
create table portal_session (
    id          uuid primary key,
    token_hash  bytea not null unique,
    kind        text not null check (kind in ('email', 'phone')),
    address     text not null,
    locale      text not null check (locale in ('en', 'ar', 'fa')),  -- in which they came in
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    ended_at    timestamptz,
    peer        text not null,
    user_agent  text not null
);
create index portal_session_over on portal_session (expires_at);

-- Contacts who see what their organisation asked for.
create table portal_contact (
    customer_id uuid primary key references customer,
    by_label    text not null,
    at          timestamptz not null
);

create table portal_rating (
    ticket_id   uuid primary key references ticket on delete cascade,
    score       int not null check (score between 1 and 5),
    comment     text not null default '',
    rated_at    timestamptz not null,
    changed_at  timestamptz not null
);

-- What is said from now on in conversations of the portal is mailed to whom it is for.
insert into consumer (name, seq) select 'portal', coalesce(max(seq), 0) from event_log;
