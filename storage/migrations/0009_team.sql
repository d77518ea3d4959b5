-- Colleagues among themselves: comments, assignments, notifications, internal chat, guests from outside.

-- A guest comes from another organisation, talks in the rooms that he was invited to, and is gone at a set time.
alter table staff add column kind text not null default 'staff' check (kind in ('staff', 'guest'));
alter table staff add column organisation text not null default '';
alter table staff add column expires_at timestamptz;
alter table staff add constraint staff_guests_end check (kind = 'staff' or expires_at is not null);

-- What people wrote at a document (an interaction, a customer, ...), and who looks after it. A row is made by the first use.
create table document (
    kind     text not null,
    id       uuid not null,
    version  int not null default 0,          -- counts assignments: two at once cannot both be right
    comments int not null default 0 check (comments >= 0),
    primary key (kind, id)
);

create table document_follower (
    kind     text not null,
    id       uuid not null,
    staff_id uuid not null references staff on delete cascade,
    is_on    boolean not null,                -- false: left, and not to be added again by the next comment
    primary key (kind, id, staff_id),
    foreign key (kind, id) references document
);

create table document_comment (
    id            uuid primary key,
    document_kind text not null,
    document_id   uuid not null,
    author_id     uuid not null references staff,
    text          text not null,
    mentions      uuid[] not null default '{}',
    client_id     text not null check (length(client_id) between 1 and 64),
    at            timestamptz not null,
    edited_at     timestamptz,
    deleted_at    timestamptz,
    version       int not null default 1,
    unique (author_id, client_id),
    foreign key (document_kind, document_id) references document
);
create index document_comment_of on document_comment (document_kind, document_id, id);

create table document_comment_past (
    comment_id uuid not null references document_comment,
    version    int not null,
    text       text not null,
    at         timestamptz not null,
    primary key (comment_id, version)
);

create table assignment (
    id            uuid primary key,
    document_kind text not null,
    document_id   uuid not null,
    title         text not null,
    link          text[] not null,
    assignee_id   uuid not null references staff,
    by_id         uuid not null references staff,
    note          text not null default '',
    state         text not null check (state in ('open', 'done', 'handed_on', 'withdrawn')),
    assigned_at   timestamptz not null,
    ended_at      timestamptz,
    foreign key (document_kind, document_id) references document,
    check ((state = 'open') = (ended_at is null))
);
create unique index assignment_one_open on assignment (document_kind, document_id) where state = 'open';
create index assignment_to on assignment (assignee_id, id);
create index assignment_by on assignment (by_id, id);

create table notification (
    id            uuid primary key,
    staff_id      uuid not null references staff on delete cascade,
    kind          text not null,
    document_kind text not null,
    document_id   uuid not null,
    title         text not null,
    link          text[] not null,
    by_id         uuid,
    by_name       text not null default '',
    text          text not null default '',
    source        text not null,              -- what it is about, so that telling it again has no second effect
    created_at    timestamptz not null,
    read_at       timestamptz,
    unique (staff_id, source)
);
create index notification_newest on notification (staff_id, id desc);
create index notification_unread on notification (staff_id) where read_at is null;

create table notification_setting (
    staff_id uuid not null references staff on delete cascade,
    kind     text not null,
    rings    boolean not null,
    primary key (staff_id, kind)
);

-- Internal chat. A direct chat has a key of its two people, so that there is one of each pair.
create table room (
    id          uuid primary key,
    kind        text not null check (kind in ('direct', 'team')),
    name        text not null default '',
    topic       text not null default '',
    posting     text not null default 'members' check (posting in ('members', 'managers')),
    is_open     boolean not null default false,   -- whoever may talk may join by himself
    branch_id   uuid references branch,
    pair        text unique,
    last_seq    int not null default 0,
    version     int not null default 1,
    archived_at timestamptz,
    created_by  uuid references staff,
    created_at  timestamptz not null,
    check ((kind = 'direct') = (pair is not null)),
    check (kind = 'direct' or name <> '')
);

create table room_member (
    room_id   uuid not null references room,
    staff_id  uuid not null references staff on delete cascade,
    is_manager boolean not null default false,
    from_seq  int not null default 0,             -- a guest sees what was said after he came
    read_seq  int not null default 0,
    joined_at timestamptz not null,
    primary key (room_id, staff_id)
);
create index room_member_of on room_member (staff_id);

create table room_message (
    id          uuid primary key,
    room_id     uuid not null references room,
    seq         int not null check (seq > 0),
    author_id   uuid not null references staff,
    text        text not null,
    search      text not null,                    -- folded
    attachments jsonb not null default '[]',
    mentions    uuid[] not null default '{}',
    reply_seq   int,
    document    jsonb,                            -- {kind, id}: what the message points at
    reactions   jsonb not null default '{}',      -- sign -> staff ids
    client_id   text not null check (length(client_id) between 1 and 64),
    version     int not null default 1,
    at          timestamptz not null,
    edited_at   timestamptz,
    deleted_at  timestamptz,
    unique (room_id, seq),
    unique (author_id, client_id)
);
create index room_message_search on room_message using gin (search gin_trgm_ops);

create table room_message_past (
    message_id uuid not null references room_message,
    version    int not null,
    text       text not null,
    at         timestamptz not null,
    primary key (message_id, version)
);

create table room_invitation (
    id          uuid primary key,
    token_hash  bytea not null unique,
    room_id     uuid not null references room,
    email       text not null,
    guest_until timestamptz not null,
    by_id       uuid not null references staff,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    revoked_at  timestamptz
);
create index room_invitation_of on room_invitation (room_id) where used_at is null and revoked_at is null;

alter table attachment add column room_id uuid references room;
