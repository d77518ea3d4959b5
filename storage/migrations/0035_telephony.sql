-- Telephony and texts: agents' phones, what was recorded, who is let leave a message, what carriers were asked for and
-- what that cost, who wants no texts, and texts to many.

create table agent_phone (
    staff_id   uuid primary key references staff on delete cascade,
    address    text not null check (address ~ '^(\+[1-9][0-9]{6,14}|sips?:[^\s]{3,200})$')  -- a number or a SIP address
);

create table call_recording (
    id              uuid primary key,
    account_id      uuid not null references channel_account,
    external_id     text not null,
    interaction_id  uuid not null references interaction,
    kind            text not null check (kind in ('call', 'voicemail')),
    state           text not null check (state in ('waiting', 'kept', 'failed', 'discarded', 'expired')),
    seconds         int not null default 0 check (seconds >= 0),
    attachment_id   uuid,
    made_at         timestamptz not null,
    kept_until      timestamptz,
    is_held         boolean not null default false,     -- by a person, whatever its time
    unique (account_id, external_id),
    check ((state = 'kept') = (attachment_id is not null))
);
create index call_recording_of on call_recording (interaction_id);
create index call_recording_ends on call_recording (kept_until) where state = 'kept' and not is_held;
create index call_recording_made on call_recording (made_at desc);

create table recording_rule (
    is_only      boolean primary key default true check (is_only),
    keep_days    int not null default 90 check (keep_days between 1 and 3650),
    voicemail_days int not null default 90 check (voicemail_days between 1 and 3650),
    version      int not null default 1
);
insert into recording_rule default values;

alter table callback_rule
    add column voicemail_after_seconds int check (voicemail_after_seconds between 0 and 3600),
    add column is_voicemail_when_closed boolean not null default false;

-- What we asked carriers for, for the caps; the row is written before they are asked.
create table carrier_use (
    id              uuid primary key,
    account_id      uuid not null references channel_account,
    kind            text not null check (kind in ('call', 'text')),
    number          text not null,
    interaction_id  uuid references interaction,
    at              timestamptz not null
);
create index carrier_use_lately on carrier_use (account_id, at desc);

-- What calls and texts cost, by the carrier's own word.
create table carrier_price (
    account_id  uuid not null references channel_account,
    external_id text not null,
    kind        text not null check (kind in ('call', 'text')),
    number      text not null,
    is_inbound  boolean not null,
    at          timestamptz not null,
    seconds     int not null default 0 check (seconds >= 0),
    segments    int not null default 0 check (segments >= 0),
    price       numeric(12, 5) not null,
    currency    text not null,
    primary key (account_id, external_id)
);
create index carrier_price_at on carrier_price (account_id, at desc);

-- Who wants no texts from a number of ours (or wants them again): the newest word counts.
create table text_consent (
    account_id  uuid not null references channel_account,
    number      text not null,
    is_stopped  boolean not null,
    word        text not null,
    source      text not null check (source in ('customer', 'carrier', 'staff')),
    message_id  uuid,
    at          timestamptz not null,
    primary key (account_id, number)
);

create table text_batch (
    id          uuid primary key,
    account_id  uuid not null references channel_account,
    branch_id   uuid references branch,
    name        text not null check (name <> ''),
    text        text not null check (text <> ''),
    send_at     timestamptz not null,
    state       text not null check (state in ('waiting', 'sending', 'done', 'cancelled')),
    created_by  uuid not null references staff,
    created_at  timestamptz not null,
    version     int not null default 1
);
create table text_batch_item (
    batch_id        uuid not null references text_batch,
    number          text not null,
    customer_id     uuid not null references customer,
    state           text not null check (state in ('waiting', 'sent', 'left_out', 'failed')),
    reason          text,
    message_id      uuid,
    primary key (batch_id, number)
);
create index text_batch_item_waiting on text_batch_item (batch_id) where state = 'waiting';
