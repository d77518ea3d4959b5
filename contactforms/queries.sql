-- name: list_choices
-- What forms choose from, list by list.
select id, list, names, ticket_kind, position, is_active, version from contact_choice order by list, position, id

-- name: save_choice
-- A new entry, or the next version of one, which stays in its list; no row when somebody else changed it first.
insert into contact_choice (id, list, names, ticket_kind, position, is_active)
values (:id::uuid, :list::text, :names::jsonb, :ticket_kind::text, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, ticket_kind = excluded.ticket_kind, position = excluded.position,
    is_active = excluded.is_active, version = contact_choice.version + 1
    where contact_choice.version = :version::int and contact_choice.list = excluded.list
returning version

-- name: conversation_of_form
-- The conversation, and what is known of whom it is with.
select i.id, i.branch_id, i.address, i.channel, c.kind as party_kind, c.name, o.name as organisation,
       coalesce((select p.value from identity p where p.kind = 'phone' and p.customer_id in (select customer_family(c.id))
                 order by p.value = i.address desc, p.created_at limit 1), '') as phone
from interaction i join customer c on c.id = i.customer_id left join customer o on o.id = c.organization_id where i.id = :id::uuid

-- name: get_form
-- What is written down of a conversation.
select interaction_id, class_id, request_id, source_id, party_kind, fields, ticket_id, by_name, at, version
from contact_form where interaction_id = :interaction_id::uuid

-- name: save_form
-- The first one, or the next version; no row when somebody else changed it first.
insert into contact_form (interaction_id, class_id, request_id, source_id, party_kind, fields, by_name, at)
values (:interaction_id::uuid, :class_id::uuid, :request_id::uuid, :source_id::uuid, :party_kind::text, :fields::jsonb, :by_name::text,
        :at::timestamptz)
on conflict (interaction_id) do update set class_id = excluded.class_id, request_id = excluded.request_id, source_id = excluded.source_id,
    party_kind = excluded.party_kind, fields = excluded.fields, by_name = excluded.by_name, at = excluded.at,
    version = contact_form.version + 1
    where contact_form.version = :version::int
returning version

-- name: note_ticket
-- Which ticket was made of it.
update contact_form set ticket_id = :ticket_id::uuid where interaction_id = :interaction_id::uuid
