-- Visitors of web sites that embed the widget.

create table widget (
    site       text primary key check (site ~ '^[a-z0-9-]{1,40}$'),
    account_id uuid not null references channel_account,
    settings   jsonb not null default '{}',
    origins    text[] not null default '{}',   -- sites that may embed it; empty: any
    is_enabled boolean not null default true,
    version    int not null default 1
);

create table visitor (
    id          uuid primary key,
    site        text not null references widget,
    name        text,
    email       text,
    locale      text,
    page        text,
    created_at  timestamptz not null,
    seen_at     timestamptz not null
);
