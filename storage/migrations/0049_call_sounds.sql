-- Sounds that call flows play, with every content that a published version may have; what callers typed at each step.

create table flow_sound (
    id          uuid primary key,
    name        text not null check (name <> ''),
    branch_id   uuid references branch,
    content_id  uuid not null,                  -- what it is now
    version     int not null default 1
);

create table flow_sound_content (
    id           uuid primary key references attachment,
    sound_id     uuid not null references flow_sound on delete cascade,
    seconds      double precision not null check (seconds > 0),
    uploaded_at  timestamptz not null,
    uploaded_by  text not null
);
create index flow_sound_content_of on flow_sound_content (sound_id);
alter table flow_sound add foreign key (content_id) references flow_sound_content deferrable initially deferred;

-- Digits of a step that is secret are dots here.
alter table flow_passage add column typed text not null default '';
