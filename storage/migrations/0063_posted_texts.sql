-- Texts to one address that belong to no conversation (interactions/posted.py): tasks of technicians, codes, notices of the portal.
create table posted_text (
    id             uuid primary key,
    account_id     uuid not null references channel_account,
    branch_id      uuid references branch,             -- in which it is seen; null: everywhere
    number         text not null,
    text           text,                               -- null: a secret, which nobody reads afterwards
    folded         text,                               -- by which it is searched
    staff_id       uuid references staff,              -- to which colleague
    interaction_id uuid references interaction,        -- what it tells of
    at             timestamptz not null,
    delivery       text not null default 'sending',
    error          text,
    external_id    text
);
-- Not unique: of two alike to one number, sent within minutes, a carrier that is asked cannot say which is which.
create index posted_text_external on posted_text (account_id, external_id) where external_id is not null;
