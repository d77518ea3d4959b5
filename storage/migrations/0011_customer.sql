-- What a customer's page shows; the organisation's settings; pages of other systems beside ours.

alter table customer
    add column latin_name         text not null default '',
    add column job_title          text not null default '',
    add column organization_id    uuid references customer check (organization_id <> id),
    add column birthday           date,
    add column identifiers        jsonb not null default '[]',  -- national ids and accounts, with their check digits right
    add column addresses          jsonb not null default '[]',
    add column responsible_id     uuid references staff,
    add column preferred_channel  text,
    add column preferred_address  text,
    add column contact_every_days int check (contact_every_days between 1 and 3650),
    add column contact_by         date,
    add column planned_at         timestamptz,                   -- when the two before were last set
    add constraint preferred_whole check ((preferred_channel is null) = (preferred_address is null));
create index customer_responsible on customer (responsible_id, id desc) where responsible_id is not null and merged_into is null;
create index customer_organization on customer (organization_id) where organization_id is not null;
create index customer_planned on customer (id)
    where merged_into is null and (contact_by is not null or contact_every_days is not null);

alter table identity add column label text not null default '';

-- Kept on the row that each message changes anyway; without an index, so that the change stays in its page.
update interaction i set
    customer_at = coalesce((select max(m.at) from message m where m.interaction_id = i.id and m.direction = 'inbound'),
                           case when i.direction = 'inbound' then i.opened_at end),
    answered_at = (select max(m.at) from message m where m.interaction_id = i.id and m.direction = 'outbound');
create index message_notes on message (interaction_id, at desc) where direction = 'note';

-- A customer and all records that went up in it: whose history is one.
create function customer_family(customer uuid) returns setof uuid language sql stable as $$
    with recursive family as (
        select customer as id
        union select c.id from customer c join family on c.merged_into = family.id)
    select id from family
$$;

create table setting (
    key     text primary key,
    value   jsonb not null,
    version int not null default 1
);

create table extension (
    id         uuid primary key,
    name       jsonb not null,                -- by language
    url        text not null,
    place      text not null check (place in ('conversation', 'customer')),
    permission text,
    branch_id  uuid references branch,
    shares_addresses boolean not null default false, -- whether the customer's addresses are told
    secret     bytea not null,                -- sealed with the key, bound to this row
    is_enabled boolean not null default true,
    version    int not null default 1
);
