-- Long texts that operators hand over part by part (interactions/longtexts.py). What a part says stays in its raw input.
create table long_text (
    id         bigint generated always as identity primary key,
    account_id uuid not null references channel_account,
    key        text not null,                 -- the channel's own: from whom, to whom, by which reference
    total      int not null check (total between 2 and 255),
    opened_at  timestamptz not null,          -- when its first part came
    waited_on  boolean not null default false, -- when its time was up nobody had been there to hear the rest
    outcome    text check (outcome in ('whole', 'gaps', 'repeat'))
);
create index long_text_key on long_text (account_id, key, opened_at);

create table long_text_part (
    text_id bigint not null references long_text,
    place   int not null check (place > 0),
    raw_id  bigint not null references raw_input,
    digest  bytea not null,
    came_at timestamptz not null,
    primary key (text_id, place)
);
