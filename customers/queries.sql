-- name: lock_identities
-- One contact at a time may create the customer of an address; several are locked in one order.
select pg_advisory_xact_lock(key) from (
    select distinct hashtextextended(kind || ':' || value, 7) as key
    from unnest(:kinds::text[], :values::text[]) as s (kind, value) order by 1) s

-- name: find_identities
-- Whose addresses these are.
select i.kind, i.value, i.customer_id
from unnest(:kinds::text[], :values::text[]) as s (kind, value) join identity i on i.kind = s.kind and i.value = s.value

-- name: find_identity
-- Whose address this is.
select customer_id from identity where kind = :kind::text and value = :value::text

-- name: get_customer
-- One customer with its addresses.
select c.id, c.kind, c.status, c.name, c.branch_id, c.locale, c.notes, c.merged_into, c.version, c.created_at, c.latin_name,
       c.job_title, c.organization_id, c.birthday, c.identifiers, c.addresses, c.responsible_id, c.tier_id, c.preferred_channel,
       c.preferred_address, c.contact_every_days, c.contact_by, c.planned_at,
       coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value, 'label', i.label) order by i.created_at, i.value)
                 from identity i where i.customer_id = c.id), '[]') as identities
from customer c where c.id = :id::uuid

-- name: get_customers
-- Customers with their addresses.
select c.id, c.kind, c.status, c.name, c.branch_id, c.locale, c.notes, c.merged_into, c.version, c.created_at, c.latin_name,
       c.job_title, c.organization_id, c.birthday, c.identifiers, c.addresses, c.responsible_id, c.tier_id, c.preferred_channel,
       c.preferred_address, c.contact_every_days, c.contact_by, c.planned_at,
       coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value, 'label', i.label) order by i.created_at, i.value)
                 from identity i where i.customer_id = c.id), '[]') as identities
from customer c where c.id = any(:ids::uuid[])

-- name: lock_customer
-- One customer for the change that follows.
select id, version, branch_id, merged_into from customer where id = :id::uuid for update

-- name: insert_customers
-- New customers.
insert into customer (id, kind, status, name, branch_id, locale, notes, latin_name, job_title, organization_id, birthday, identifiers,
                      addresses, responsible_id, tier_id, preferred_channel, preferred_address, contact_every_days, contact_by, planned_at,
                      search, created_at)
select id, kind, status, name, branch_id, locale, notes, latin_name, job_title, organization_id, birthday, identifiers::jsonb,
       addresses::jsonb, responsible_id, tier_id, preferred_channel, preferred_address, contact_every_days, contact_by, now, search, now
from unnest(:id::uuid[], :kind::text[], :status::text[], :name::text[], :branch_id::uuid[], :locale::text[], :notes::text[],
            :latin_name::text[], :job_title::text[], :organization_id::uuid[], :birthday::date[], :identifiers::text[], :addresses::text[],
            :responsible_id::uuid[], :tier_id::uuid[], :preferred_channel::text[], :preferred_address::text[], :contact_every_days::int[],
            :contact_by::date[], :now::timestamptz[], :search::text[])
    as c (id, kind, status, name, branch_id, locale, notes, latin_name, job_title, organization_id, birthday, identifiers, addresses,
          responsible_id, tier_id, preferred_channel, preferred_address, contact_every_days, contact_by, now, search)

-- name: put_identities
-- Addresses, each once; one belongs to one customer, whose label for it may change.
insert into identity (kind, value, label, customer_id)
select * from unnest(:kind::text[], :value::text[], :label::text[], :customer_id::uuid[])
on conflict (kind, value) do update set label = excluded.label where identity.customer_id = excluded.customer_id

-- name: delete_identity
-- No longer.
delete from identity where kind = :kind::text and value = :value::text and customer_id = :customer_id::uuid

-- name: update_customer
-- The whole record; a plan that changed counts from now.
update customer set kind = :kind::text, status = :status::text, name = :name::text, locale = :locale::text, notes = :notes::text,
    latin_name = :latin_name::text, job_title = :job_title::text, organization_id = :organization_id::uuid, birthday = :birthday::date,
    identifiers = :identifiers::jsonb, addresses = :addresses::jsonb, responsible_id = :responsible_id::uuid, tier_id = :tier_id::uuid,
    preferred_channel = :preferred_channel::text, preferred_address = :preferred_address::text,
    planned_at = case when (contact_every_days, contact_by) is distinct from (:contact_every_days::int, :contact_by::date)
                      then :now::timestamptz else planned_at end,
    contact_every_days = :contact_every_days::int, contact_by = :contact_by::date, version = version + 1
where id = :id::uuid

-- name: save_search
-- What the search looks through.
update customer set search = :search::text where id = :id::uuid

-- name: search_customers
-- Customers in scope whose name and addresses hold all words, newest first.
select c.id, c.kind, c.status, c.name, c.branch_id, c.locale, c.notes, c.merged_into, c.version, c.created_at, c.latin_name,
       c.job_title, c.organization_id, c.birthday, c.identifiers, c.addresses, c.responsible_id, c.tier_id, c.preferred_channel,
       c.preferred_address, c.contact_every_days, c.contact_by, c.planned_at,
       coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value, 'label', i.label) order by i.created_at, i.value)
                 from identity i where i.customer_id = c.id), '[]') as identities
from customer c
where c.merged_into is null and c.id < :before::uuid
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
  and (:longest::text is null or c.search like :longest) and c.search like all(:others::text[])
  and (:kind::text is null or c.kind = :kind) and (:status::text is null or c.status = :status)
  and (:locale::text is null or c.locale = :locale) and (:branch_id::uuid is null or c.branch_id = :branch_id)
  and (:since::timestamptz is null or c.created_at >= :since) and (:until::timestamptz is null or c.created_at < :until)
  and (:responsible_id::uuid is null or c.responsible_id = :responsible_id)
  and (:organization_id::uuid is null or c.organization_id = :organization_id)
  and (:tier_id::uuid is null or c.tier_id = :tier_id)
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
select id from customer_family(:id::uuid) as id

-- name: place_of
-- The branch and the loyalty tier of a customer, and in whom it went up.
select branch_id, tier_id, merged_into from customer where id = :id::uuid

-- name: name_of_staff
-- Who looks after a customer.
select name from staff where id = :id::uuid

-- name: contacts_due
-- Customers in scope with a plan, the most urgent first; by the same rule as contact_due of the model.
select c.id, c.name, c.responsible_id, s.name as responsible_name, l.last_at, d.due_at
from customer c
left join staff s on s.id = c.responsible_id
cross join lateral (
    select max(greatest(i.customer_at, i.answered_at)) as last_at
    from interaction i where i.customer_id in (select customer_family(c.id))) l
cross join lateral (
    select least(
        case when c.contact_by is not null and (l.last_at is null or c.planned_at is null or l.last_at < c.planned_at)
             then (c.contact_by + time '12:00') at time zone 'UTC' end,
        coalesce(l.last_at, c.planned_at) + c.contact_every_days * interval '24 hours') as due_at) d
where c.merged_into is null and (c.contact_by is not null or c.contact_every_days is not null)
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
  and (:responsible_id::uuid is null or c.responsible_id = :responsible_id)
  and d.due_at is not null
order by d.due_at, c.id limit :most::int

-- name: changes_of_record
-- What was done with a record and those that went up in it, newest first.
select e.seq, e.at, e.kind, e.data,
       (select p.name from staff p where p.id = case when e.actor ~ '^staff:[0-9a-f-]{36}$' then substr(e.actor, 7)::uuid end) as actor_name
from event_log e
where e.subject = any(:subjects::text[]) and e.kind = any(:kinds::text[])
  and e.at <= :before_at::timestamptz
  and (e.at, ('record:' || lpad(e.seq::text, 20, '0')) collate "C") < (:before_at, :before_key::text collate "C")
order by e.at desc, e.seq desc limit :most::int

-- name: around_customer
-- Names around a customer: the organisation, the members of one, the colleague who looks after them.
select (select o.name from customer o where o.id = :organization_id::uuid
          and (:branches::uuid[] is null or o.branch_id is null or o.branch_id = any(:branches))) as organization,
       (select p.name from staff p where p.id = :responsible_id::uuid) as responsible,
       coalesce((select jsonb_agg(jsonb_build_object('id', m.id::text, 'name', m.name) order by m.name)
                 from (select id, name from customer where organization_id = :id::uuid and merged_into is null
                         and (:branches is null or branch_id is null or branch_id = any(:branches))
                       order by name limit 50) m), '[]') as members

-- name: planned_at
-- When the plan of contacts was last set.
select planned_at from customer where id = :id::uuid

-- name: customers_as_documents
-- What these are called, and whose data they are.
select id, name, branch_id from customer where id = any(:ids::uuid[])

-- name: list_tiers
-- Tiers of loyalty, the most loyal first.
select id, name, position, version from loyalty_tier order by position, name

-- name: save_tier
-- A new tier, or the next version of one; no row when somebody else changed it first.
insert into loyalty_tier (id, name, position) values (:id::uuid, :name::text, :position::int)
on conflict (id) do update set name = excluded.name, position = excluded.position, version = loyalty_tier.version + 1
    where loyalty_tier.version = :version::int
returning version

-- name: get_tier
-- One tier.
select id, name, position, version from loyalty_tier where id = :id::uuid

-- name: is_tier_used
-- Whether a customer has it.
select exists (select from customer where tier_id = :id::uuid)

-- name: delete_tier
-- No longer.
delete from loyalty_tier where id = :id::uuid

-- name: placed_addresses
-- Addresses that a person put on the map, in one part of it.
select c.id as customer_id, c.name, a.value ->> 'label' as label, a.value ->> 'lines' as lines, a.value -> 'place' as place
from customer c cross join jsonb_array_elements(c.addresses) a
where c.merged_into is null and jsonb_path_exists(c.addresses, '$[*].place.lat')
  and (:branches::uuid[] is null or c.branch_id is null or c.branch_id = any(:branches))
  and (a.value -> 'place' ->> 'lat')::float8 between :south::float8 and :north::float8
  and (a.value -> 'place' ->> 'lon')::float8 between :west::float8 and :east::float8
order by c.id limit :most::int
