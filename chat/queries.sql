-- name: get_widget
-- One widget.
select w.site, w.account_id, w.settings, w.origins, w.is_enabled and a.is_enabled as is_enabled, w.version,
       w.secret is not null as has_secret
from widget w join channel_account a on a.id = w.account_id where w.site = :site::text

-- name: list_widgets
-- Widgets of accounts in scope.
select w.site, w.account_id, w.settings, w.origins, w.is_enabled, w.version, w.secret is not null as has_secret
from widget w join channel_account a on a.id = w.account_id
where (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches)) order by w.site

-- name: save_widget
-- A new widget, or the next version of one; no row when somebody else changed it first.
insert into widget (site, account_id, settings, origins, is_enabled)
values (:site::text, :account_id::uuid, :settings::jsonb, :origins::text[], :is_enabled::boolean)
on conflict (site) do update set account_id = excluded.account_id, settings = excluded.settings, origins = excluded.origins,
    is_enabled = excluded.is_enabled, version = widget.version + 1
    where widget.version = :version::int
returning version

-- name: widget_secret
-- The sealed key that signs identities.
select secret from widget where site = :site::text

-- name: save_secret
-- Another key from now on.
update widget set secret = :secret::bytea where site = :site::text

-- name: see_visitor
-- Keep what is known of a visitor; what is not said again stays.
insert into visitor (id, site, name, email, phone, subject, vouched, address_hash, locale, page, created_at, seen_at)
values (:id::uuid, :site::text, :name::text, :email::text, :phone::text, :subject::text, :vouched::jsonb, :address_hash::text, :locale::text,
        :page::text, :now::timestamptz, :now::timestamptz)
on conflict (id) do update set name = coalesce(excluded.name, visitor.name), email = coalesce(excluded.email, visitor.email),
    phone = coalesce(excluded.phone, visitor.phone), subject = coalesce(excluded.subject, visitor.subject),
    vouched = coalesce(excluded.vouched, visitor.vouched),    address_hash = excluded.address_hash, locale = coalesce(excluded.locale, visitor.locale), page = excluded.page,
    seen_at = excluded.seen_at

-- name: get_visitor
-- One visitor.
select id, site, name, vouched, address_hash, locale, seen_at from visitor where id = :id::uuid

-- name: visitors_are_here
-- Who had a socket until now.
update visitor set seen_at = greatest(seen_at, :now::timestamptz) where id = any(:ids::uuid[])

-- name: insert_consent
-- What was agreed to, as it was shown.
insert into visitor_consent (id, visitor_id, interaction_id, source, version, text, given_at)
values (:id::uuid, :visitor_id::uuid, :interaction_id::uuid, :source::text, :version::text, :text::text, :now::timestamptz)

-- name: save_rating
-- How a chat was found; the last word counts.
insert into chat_rating (interaction_id, score, comment, agent_id, queue_id, branch_id, rated_at, changed_at)
values (:interaction_id::uuid, :score::int, :comment::text, :agent_id::uuid, :queue_id::uuid, :branch_id::uuid,
        :now::timestamptz, :now::timestamptz)
on conflict (interaction_id) do update set score = excluded.score, comment = excluded.comment, changed_at = excluded.changed_at

-- name: ratings_by_agent
-- How often each agent got each score.
select r.agent_id as id, p.name, array[count(*) filter (where r.score = 1), count(*) filter (where r.score = 2),
       count(*) filter (where r.score = 3), count(*) filter (where r.score = 4), count(*) filter (where r.score = 5)]::int[] as scores
from chat_rating r left join staff p on p.id = r.agent_id
where r.rated_at >= :since::timestamptz and r.rated_at < :until::timestamptz
  and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))
group by r.agent_id, p.name order by p.name limit :most::int

-- name: ratings_by_queue
-- How often each queue got each score.
select r.queue_id as id, q.name, array[count(*) filter (where r.score = 1), count(*) filter (where r.score = 2),
       count(*) filter (where r.score = 3), count(*) filter (where r.score = 4), count(*) filter (where r.score = 5)]::int[] as scores
from chat_rating r join queue q on q.id = r.queue_id
where r.rated_at >= :since::timestamptz and r.rated_at < :until::timestamptz
  and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))
group by r.queue_id, q.name order by q.name limit :most::int

-- name: is_blocked
-- Whether a visitor, or the address that they come from, is blocked on this site now.
select exists (select from visitor_block
    where site = :site::text and lifted_at is null and (until is null or until > :now::timestamptz)
      and (visitor_id = :visitor_id::uuid or address_hash = :address_hash::text))

-- name: insert_block
-- A visitor may not write.
insert into visitor_block (id, site, visitor_id, address_hash, reason, blocked_by, blocked_at, until)
values (:id::uuid, :site::text, :visitor_id::uuid, :address_hash::text, :reason::text, :blocked_by::uuid, :now::timestamptz,
        :until::timestamptz)

-- name: get_block
-- One block with whose data it is.
select b.id, b.site, b.visitor_id, v.name as visitor_name, b.address_hash, b.reason, p.name as blocked_by, b.blocked_at, b.until,
       a.branch_id
from visitor_block b join widget w on w.site = b.site join channel_account a on a.id = w.account_id
    left join visitor v on v.id = b.visitor_id left join staff p on p.id = b.blocked_by
where b.id = :id::uuid

-- name: list_blocks
-- Who is blocked now, the latest first.
select b.id, b.site, b.visitor_id, v.name as visitor_name, b.address_hash, b.reason, p.name as blocked_by, b.blocked_at, b.until
from visitor_block b join widget w on w.site = b.site join channel_account a on a.id = w.account_id
    left join visitor v on v.id = b.visitor_id left join staff p on p.id = b.blocked_by
where b.lifted_at is null and (b.until is null or b.until > :now::timestamptz) and (:site::text is null or b.site = :site)
  and (:branches::uuid[] is null or a.branch_id is null or a.branch_id = any(:branches))
order by b.blocked_at desc limit 500

-- name: lift_block
-- They may write again.
update visitor_block set lifted_at = :now::timestamptz where id = :id::uuid and lifted_at is null

-- name: count_invitation
-- One more was shown, accepted or dismissed on this day.
insert into invitation_count (site, invitation, outcome, day, count) values (:site::text, :invitation::text, :outcome::text, :day::date, 1)
on conflict (site, invitation, outcome, day) do update set count = invitation_count.count + 1

-- name: invitation_counts
-- What became of a widget's invitations in 30 days.
select invitation, outcome, sum(count)::int as count from invitation_count
where site = :site::text and day > current_date - 30 group by invitation, outcome order by invitation, outcome

-- name: ratings_of_customer
-- What a customer's records rated, after a place of the timeline, newest first.
select r.interaction_id, r.score, r.comment, r.rated_at, i.channel, i.number
from interaction i join chat_rating r on r.interaction_id = i.id
where i.customer_id = any(:customers::uuid[]) and r.rated_at <= :before_at::timestamptz
  and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))
  and (:channel::text is null or i.channel = :channel)
  and (r.rated_at, ('rating:' || r.interaction_id::text) collate "C") < (:before_at, :before_key::text collate "C")
order by r.rated_at desc, r.interaction_id desc limit :most::int

-- name: score_of_customer
-- How a customer's records rated us on the whole.
select avg(r.score)::float8 as average, count(*)::int as answers
from interaction i join chat_rating r on r.interaction_id = i.id
where i.customer_id = any(:customers::uuid[]) and (:branches::uuid[] is null or r.branch_id is null or r.branch_id = any(:branches))

-- name: is_department
-- Whether a widget sends chats into a queue.
select exists (select from widget where settings -> 'departments' @> jsonb_build_array(jsonb_build_object('queue_id', :queue_id::uuid))
               or settings ->> 'offline_queue_id' = :queue_id::uuid::text)
