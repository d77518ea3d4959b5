-- name: plan_by_value
-- Each search is planned for its own words, and ends in time.
select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', :milliseconds::text, true),
       set_config('pg_trgm.word_similarity_threshold', '0.65', true)

-- name: lock_categories
-- One change of the tree at a time.
select pg_advisory_xact_lock(hashtextextended('article_category', 7))

-- name: list_categories
-- All categories, in their order.
select id, names, parent_id, position, is_active, version from article_category order by position, id

-- name: save_category
-- A new category, or the next version of one; no row when somebody else changed it first.
insert into article_category (id, names, parent_id, position, is_active)
values (:id::uuid, :names::jsonb, :parent_id::uuid, :position::int, :is_active::boolean)
on conflict (id) do update set names = excluded.names, parent_id = excluded.parent_id, position = excluded.position,
    is_active = excluded.is_active, version = article_category.version + 1
    where article_category.version = :version::int
returning version

-- name: insert_article
-- A new article; it is a draft.
insert into article (id, category_id, is_public, position, source_kind, source_id, created_at, changed_at)
values (:id::uuid, :category_id::uuid, :is_public::boolean, :position::int, :source_kind::text, :source_id::uuid, :now::timestamptz, :now)

-- name: insert_figure
-- Nobody has read it yet.
insert into article_figure (article_id) values (:id::uuid)

-- name: lock_article
-- Hold one.
select id, category_id, state, is_public, position, version from article where id = :id::uuid for update

-- name: save_article
-- Where it stands, and as what.
update article set category_id = :category_id::uuid, is_public = :is_public::boolean, position = :position::int, state = :state::text,
    changed_at = :now::timestamptz, published_at = case when :state = 'published' then coalesce(published_at, :now) else published_at end,
    version = version + 1
where id = :id::uuid

-- name: get_article
-- One article with what is counted of it.
select a.id, a.category_id, a.state, a.is_public, a.position, a.source_kind, a.source_id, a.created_at, a.changed_at, a.published_at,
       a.version, f.views, f.helped, f.unhelped, v.has_helped
from article a join article_figure f on f.article_id = a.id
     left join article_vote v on v.article_id = a.id and v.voter = :voter::text
where a.id = :id::uuid

-- name: texts_of
-- What it says, in each language.
select locale, title, html, text, edition from article_text where article_id = :id::uuid

-- name: next_edition
-- The number of the next edition, also after a language was dropped.
select coalesce(max(edition), 0) + 1 from article_edition where article_id = :id::uuid and locale = :locale::text

-- name: insert_edition
-- What it says from now on, kept for good.
insert into article_edition (article_id, locale, edition, title, html, at, by_label, by_name, restored)
values (:id::uuid, :locale::text, :edition::int, :title::text, :html::text, :now::timestamptz, :by_label::text, :by_name::text, :restored::int)

-- name: save_text
-- What it says now.
insert into article_text (article_id, locale, title, html, text, edition, title_folded, folded)
values (:id::uuid, :locale::text, :title::text, :html::text, :text::text, :edition::int, :title_folded::text, :folded::text)
on conflict (article_id, locale) do update set title = excluded.title, html = excluded.html, text = excluded.text,
    edition = excluded.edition, title_folded = excluded.title_folded, folded = excluded.folded

-- name: drop_texts
-- It says nothing any more in the other languages.
delete from article_text where article_id = :id::uuid and locale <> all(:kept::text[]) returning locale

-- name: list_editions
-- All that it ever said, newest first.
select locale, edition, title, html, at, by_name, restored from article_edition
where article_id = :id::uuid and (:locale::text is null or locale = :locale) order by at desc, locale, edition desc limit 500

-- name: get_edition
-- One of them.
select title, html from article_edition where article_id = :id::uuid and locale = :locale::text and edition = :edition::int

-- name: by_source
-- Articles that came of something, newest first.
select distinct on (a.id) a.id, t.locale, t.title, t.text, a.category_id, a.state, a.is_public, f.views, f.helped, f.unhelped, a.changed_at
from article a join article_text t on t.article_id = a.id join article_figure f on f.article_id = a.id
where a.source_kind = :kind::text and a.source_id = :id::uuid and (:states::text[] is null or a.state = any(:states))
order by a.id desc, array_position(:locales::text[], t.locale) limit 50

-- name: list_articles
-- Articles without words to look for, in their order.
select * from (
    select distinct on (a.id) a.id, t.locale, t.title, t.text, a.category_id, a.state, a.is_public, f.views, f.helped, f.unhelped,
           a.changed_at, a.position
    from article a join article_text t on t.article_id = a.id join article_figure f on f.article_id = a.id
    where a.state = any(:states::text[]) and (not :only_public::boolean or a.is_public)
      and (:categories::uuid[] is null or a.category_id = any(:categories))
    order by a.id, array_position(:locales::text[], t.locale)
) one order by position, views desc, id limit :most::int offset :skip::int

-- name: search_articles
-- Articles that have all words: most of them in the title first, then what helps and what is read.
select * from (
    select distinct on (a.id) a.id, t.locale, t.title, t.text, a.category_id, a.state, a.is_public, f.views, f.helped, f.unhelped,
           a.changed_at, (select count(*) from unnest(:words::text[]) as w (word) where t.title_folded like w.word) as in_title
    from article_text t join article a on a.id = t.article_id join article_figure f on f.article_id = a.id
    where t.folded like :longest::text and t.folded like all(:others::text[])
      and a.state = any(:states::text[]) and (not :only_public::boolean or a.is_public)
      and (:categories::uuid[] is null or a.category_id = any(:categories))
    order by a.id, in_title desc, array_position(:locales::text[], t.locale)
) one order by in_title desc, locale = :locale::text desc, helped - unhelped desc, views desc, id limit :most::int offset :skip::int

-- name: suggest_articles
-- Articles that have some of the words, or ones much like them in the title, by how rare those are and where they stand.
with hit as materialized (
    select c.word, t.article_id, t.locale, t.title_folded like c.word or c.stem <% t.title_folded as is_in_title
    from unnest(:clues::text[], :stems::text[]) as c (word, stem) cross join lateral (
        select x.article_id, x.locale, x.title_folded from article_text x where x.folded like c.word
        union
        select x.article_id, x.locale, x.title_folded from article_text x where c.stem <% x.title_folded
    ) t
), weighed as (
    select article_id, locale, case when is_in_title then 3 else 1 end
           * ln(1 + (select count(*) from article_text)::float / count(*) over (partition by word)) as weight
    from hit
), scored as (
    select article_id, locale, count(*) as hits, sum(weight) * (case when locale = :locale::text then 1.25 else 1 end) as score
    from weighed group by article_id, locale
)
select * from (
    select distinct on (a.id) a.id, t.locale, t.title, t.text, a.category_id, a.state, a.is_public, f.views, f.helped, f.unhelped,
           a.changed_at, s.score, s.hits
    from scored s join article a on a.id = s.article_id join article_text t on t.article_id = s.article_id and t.locale = s.locale
         join article_figure f on f.article_id = a.id
    where a.state = 'published' and (not :only_public::boolean or a.is_public)
    order by a.id, s.score desc, t.locale
) one order by score desc, helped - unhelped desc, id limit :most::int

-- name: has_public
-- Whether strangers have anything to read.
select exists (select from article where state = 'published' and is_public)

-- name: count_view
-- Somebody read it.
update article_figure set views = views + 1 where article_id = :id::uuid

-- name: find_vote
-- What somebody said before.
select has_helped from article_vote where article_id = :id::uuid and voter = :voter::text

-- name: save_vote
-- What somebody says now.
insert into article_vote (article_id, voter, has_helped, at) values (:id::uuid, :voter::text, :has_helped::boolean, :now::timestamptz)
on conflict (article_id, voter) do update set has_helped = excluded.has_helped, at = excluded.at

-- name: count_vote
-- The counts follow the votes.
update article_figure set helped = helped + :helped::int, unhelped = unhelped + :unhelped::int where article_id = :id::uuid
