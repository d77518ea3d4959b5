-- Answers to frequent questions, in three languages; and solutions that are sent to those who have the same problem.

create table article_category (
    id        uuid primary key,
    parent_id uuid references article_category,
    names     jsonb not null,                 -- language -> name
    position  int not null default 0,
    is_active boolean not null default true,
    version   int not null default 1,
    constraint category_not_in_itself check (parent_id <> id)
);

create table article (
    id           uuid primary key,
    category_id  uuid references article_category,
    state        text not null default 'draft' check (state in ('draft', 'published', 'archived')),
    is_public    boolean not null default false,
    position     int not null default 0,
    source_kind  text,                        -- what it came of, such as 'ticket'
    source_id    uuid,
    created_at   timestamptz not null,
    changed_at   timestamptz not null,
    published_at timestamptz,                 -- for the first time
    version      int not null default 1,
    constraint article_source_whole check ((source_kind is null) = (source_id is null))
);
create index article_list on article (state, category_id, position);
create index article_source on article (source_kind, source_id) where source_id is not null;

-- What it says now, in each language, with the folded words by which it is found.
create table article_text (
    article_id   uuid not null references article on delete cascade,
    locale       text not null check (locale in ('en', 'ar', 'fa')),
    title        text not null check (title <> ''),
    html         text not null,               -- sanitised
    text         text not null,               -- made from it
    edition      int not null,
    title_folded text not null,
    folded       text not null,               -- title and text
    primary key (article_id, locale)
);
create index article_text_folded on article_text using gin (folded gin_trgm_ops);
create index article_text_title on article_text using gin (title_folded gin_trgm_ops);

-- Everything that it ever said.
create table article_edition (
    article_id uuid not null references article on delete cascade,
    locale     text not null,
    edition    int not null,
    title      text not null,
    html       text not null,
    at         timestamptz not null,
    by_label   text not null,
    by_name    text not null,
    restored   int,                           -- the edition that was taken back
    primary key (article_id, locale, edition)
);

-- Apart from the article, which a reader must not hold.
create table article_figure (
    article_id uuid primary key references article on delete cascade,
    views      bigint not null default 0,
    helped     bigint not null default 0,
    unhelped   bigint not null default 0
);

-- Who said whether it helped: each has one word, and may change it.
create table article_vote (
    article_id uuid not null references article on delete cascade,
    voter      text not null,
    has_helped boolean not null,
    at         timestamptz not null,
    primary key (article_id, voter)
);

-- A solution that is sent to the customers of several tickets.
create table solution (
    id         uuid primary key,
    article_id uuid references article on delete set null,
    problem_id uuid references ticket on delete set null,   -- the ticket that stands above those that it solves
    texts      jsonb not null,                -- language -> what is said before the article; placeholders as written
    bodies     jsonb not null,                -- language -> the article as it was when this was sent
    subject    text not null,
    solves     boolean not null,
    sent_by    uuid,
    by_name    text not null,
    client_id  text not null,
    created_at timestamptz not null
);
create unique index solution_once_per_client on solution (sent_by, client_id);
create index solution_newest on solution (created_at desc, id desc);

create table solution_ticket (
    solution_id uuid not null references solution on delete cascade,
    ticket_id   uuid not null references ticket on delete cascade,
    customer_id uuid not null,                -- as whom they are known, merges followed
    is_teller   boolean not null,             -- the one ticket of this customer on which they are told
    state       text not null check (state in ('waiting', 'sent', 'same_customer', 'refused')),
    channel     text,
    message_id  uuid,                         -- what was said, whose delivery goes on after it was sent
    detail      text not null default '',
    is_solved   boolean not null default false,
    at          timestamptz,
    primary key (solution_id, ticket_id)
);
-- Nobody is told the same twice.
create unique index solution_once_per_customer on solution_ticket (solution_id, customer_id) where is_teller;
create index solution_ticket_of on solution_ticket (ticket_id);
