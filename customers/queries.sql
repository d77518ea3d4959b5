-- name: lock_identity
-- One contact at a time may create the customer of an address.
select pg_advisory_xact_lock(hashtextextended(:kind::text || ':' || :value::text, 7))

-- name: find_identity
-- Whose address this is.
select customer_id from identity where kind = :kind::text and value = :value::text

-- name: get_customer
-- One customer with its addresses.
select c.id, c.kind, c.status, c.name, c.branch_id, c.locale, c.notes, c.merged_into, c.version, c.created_at,
       coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value) order by i.created_at, i.value)
                 from identity i where i.customer_id = c.id), '[]') as identities
from customer c where c.id = :id::uuid

-- name: lock_customer
-- One customer for the change that follows.
select id, version, branch_id, merged_into from customer where id = :id::uuid for update

-- name: insert_customer
-- A new customer.
insert into customer (id, kind, status, name, branch_id, locale, notes, search, created_at)
values (:id::uuid, :kind::text, :status::text, :name::text, :branch_id::uuid, :locale::text, :notes::text, :search::text, :created_at::timestamptz)

-- name: insert_identity
-- An address; it belongs to one customer.
insert into identity (kind, value, customer_id) values (:kind::text, :value::text, :customer_id::uuid)

-- name: update_customer
-- Change what is given.
update customer set kind = coalesce(:kind::text, kind), status = coalesce(:status::text, status), name = coalesce(:name::text, name),
    locale = coalesce(:locale::text, locale), notes = coalesce(:notes::text, notes), version = version + 1
where id = :id::uuid

-- name: save_search
-- What the search looks through.
update customer set search = :search::text where id = :id::uuid

-- name: search_customers
-- Customers in scope whose name or addresses hold the words, newest first.
select c.id, c.kind, c.status, c.name, c.branch_id, c.locale, c.notes, c.merged_into, c.version, c.created_at,
       coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value) order by i.created_at, i.value)
                 from identity i where i.customer_id = c.id), '[]') as identities
from customer c
where c.merged_into is null and c.id < :before::uuid
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
  and (:pattern::text is null or c.search like :pattern)
order by c.id desc limit :most::int

-- name: move_identities
-- All addresses of one customer become another's.
update identity set customer_id = :survivor_id::uuid where customer_id = :absorbed_id::uuid returning kind, value

-- name: mark_merged
-- The record stays for its history, and for undo.
update customer set merged_into = :survivor_id::uuid, version = version + 1 where id = :absorbed_id::uuid

-- name: insert_merge
-- What was done, so that it can be undone.
insert into customer_merge (id, survivor_id, absorbed_id, identities, merged_at)
values (:id::uuid, :survivor_id::uuid, :absorbed_id::uuid, :identities::jsonb, :merged_at::timestamptz)

-- name: list_merges
-- What went up in a customer and can be parted from it again, newest first.
select m.id, m.absorbed_id, c.name as absorbed_name, m.merged_at
from customer_merge m join customer c on c.id = m.absorbed_id
where m.survivor_id = :survivor_id::uuid and m.undone_at is null order by m.id desc limit 100

-- name: lock_merge
-- One merge for its undo.
select survivor_id, absorbed_id, identities from customer_merge where id = :id::uuid and undone_at is null for update

-- name: undo_merge
-- Once.
update customer_merge set undone_at = :now::timestamptz where id = :id::uuid

-- name: return_identity
-- An address goes back, if it is still where the merge put it.
update identity set customer_id = :absorbed_id::uuid where kind = :kind::text and value = :value::text and customer_id = :survivor_id::uuid

-- name: unmark_merged
-- Itself again.
update customer set merged_into = null, version = version + 1 where id = :absorbed_id::uuid

-- name: family
-- A customer and all records that went up in it: whose history is one.
with recursive family as (
    select id from customer where id = :id::uuid
    union select c.id from customer c join family on c.merged_into = family.id)
select id from family

-- name: customers_as_documents
-- What these are called, and whose data they are.
select id, name, branch_id from customer where id = any(:ids::uuid[])
