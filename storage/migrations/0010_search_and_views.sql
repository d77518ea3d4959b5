-- Search over conversations and their messages, and views of lists that people keep.

-- Beside what they are about and not in it: a message's delivery changes often, and each change of a row would write
-- all trigrams of its text again. Both are filled from the event log, so that they can be emptied and made anew.
create table message_search (
    message_id     uuid primary key references message on delete cascade,
    interaction_id uuid not null references interaction on delete cascade,
    folded         text not null              -- folded words with a space at both ends
);
create index message_search_folded on message_search using gin (folded gin_trgm_ops);

create table interaction_search (
    interaction_id uuid primary key references interaction on delete cascade,
    folded         text not null              -- subject, and the other side's address and name
);
create index interaction_search_folded on interaction_search using gin (folded gin_trgm_ops);

create table saved_view (
    id         uuid primary key,
    page       text not null check (page ~ '^[a-z][a-z_-]{0,39}$'),
    owner_id   uuid not null references staff on delete cascade,
    name       text not null check (length(name) between 1 and 60),
    settings   jsonb not null check (pg_column_size(settings) <= 32768),
    is_shared  boolean not null default false,
    position   int not null default 0,
    version    int not null default 1,
    created_at timestamptz not null,
    unique (owner_id, page, name)
);
create index saved_view_shared on saved_view (page) where is_shared;

-- With which view a page begins, for each person.
create table saved_view_default (
    staff_id uuid not null references staff on delete cascade,
    page     text not null,
    view_id  uuid not null references saved_view on delete cascade,
    primary key (staff_id, page)
);
