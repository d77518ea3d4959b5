-- Calls and texts that we begin: who must not be called, agents kept for outbound work, lists, campaigns, attempts.

-- Reached by no path at all: no campaign, no click of an agent, no API, no second try.
create table do_not_call (
    number   text primary key check (number ~ '^\+[1-9][0-9]{5,14}$'),
    reason   text not null check (reason in ('asked', 'stop_word', 'regulator', 'staff')),
    source   text not null default '',          -- where it was said: `message:<id>`, `contact:<id>`, a file's name
    note     text not null default '',
    added_by text not null,
    added_at timestamptz not null
);
create index do_not_call_newest on do_not_call (added_at desc, number);

create table consent (
    id           uuid primary key,
    number       text not null check (number ~ '^\+[1-9][0-9]{5,14}$'),
    purpose      text not null check (purpose in ('marketing', 'service')),
    given_at     timestamptz not null,
    source       text not null check (source <> ''),   -- where it was given: a form, a call, a letter
    proof        text not null default '',             -- what shows it: a file, a recording, an address
    text_version text not null default '',             -- which words were agreed to
    recorded_by  text not null,
    recorded_at  timestamptz not null,
    revoked_at   timestamptz
);
create index consent_number on consent (number) where revoked_at is null;

-- What the dialer asks the router for, and whom it has got.
create table outbound_ask (
    id               uuid primary key,
    queue_id         uuid not null references queue,
    inbound_queue_id uuid references queue,      -- whose callers some agents stay idle for
    spare            int check (spare >= 0),     -- how many; null: half the square root of them, and one
    wanted           int not null check (wanted >= 0),
    expires_at       timestamptz not null        -- who asks no more has died
);
create table agent_lease (
    agent_id uuid primary key references agent on delete cascade,
    ask_id   uuid not null,
    until    timestamptz not null
);
create index agent_lease_ask on agent_lease (ask_id);

create table compliance_preset (
    id      text primary key,
    value   jsonb not null,
    version int not null default 1
);
create table postal_zone (
    code text primary key check (code ~ '^[A-Z]{2}:[A-Z0-9]{2,10}$'),   -- country and how the code begins
    zone text not null check (zone <> '')
);

create table campaign (
    id         uuid primary key,
    name       text not null unique check (name <> ''),
    kind       text not null check (kind in ('telesales', 'payment_reminder', 'appointment_reminder', 'satisfaction', 'research',
                                             'announcement', 'renewal')),
    mode       text not null check (mode in ('preview', 'progressive', 'power', 'predictive', 'recording', 'sms')),
    state      text not null default 'draft' check (state in ('draft', 'running', 'paused', 'stopped', 'done')),
    branch_id  uuid references branch,
    queue_id   uuid not null references queue,           -- whose agents speak, and where a conversation belongs
    account_id uuid not null references channel_account,
    settings   jsonb not null,
    pace       jsonb,                                    -- what the pacer knew when it was written down last
    idle_why   text not null default '',                 -- why nothing is dialled now
    created_by text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    version    int not null default 1
);
create index campaign_running on campaign (id) where state = 'running';

create table contact_list (
    id          uuid primary key,
    name        text not null check (name <> ''),
    branch_id   uuid references branch,
    campaign_id uuid references campaign,
    state       text not null check (state in ('importing', 'ready', 'failed')),
    source      text not null,                           -- the file's name, or `customers`
    settings    jsonb not null,                          -- column map, region, what counts as a duplicate
    read_rows   int not null default 0,
    taken_rows  int not null default 0,
    refused_rows int not null default 0,
    problem     text,
    created_by  text not null,
    created_at  timestamptz not null,
    version     int not null default 1
);
create index contact_list_campaign on contact_list (campaign_id);

create table import_error (
    list_id uuid not null references contact_list on delete cascade,
    row     int not null,
    reason  text not null,
    cells   text not null,                               -- the row as JSON, so that it can be mended and taken again
    primary key (list_id, row)
);

create table contact (
    id          uuid primary key,
    list_id     uuid not null references contact_list on delete cascade,
    position    int not null,
    rank        int not null,                            -- in which order; the position, unless the list says otherwise
    name        text not null default '',
    zone        text not null default '',
    postal      text not null default '',
    fields      jsonb not null default '{}',
    customer_id uuid references customer,
    state       text not null default 'ready' check (state in ('ready', 'live', 'done')),
    next_at     timestamptz not null default '-infinity',
    priority    int not null default 0,                  -- a promised callback goes first
    owner_id    uuid references agent,                   -- who alone calls: it was promised
    place       int not null default 0,                  -- which of its numbers is next
    tries       jsonb not null default '{}',             -- outcome -> how many
    attempts    int not null default 0,
    disposition text,                                    -- how it ended, once
    note        text not null default '',
    closed_at   timestamptz,
    check ((state = 'done') = (disposition is not null)),
    check ((state = 'done') = (closed_at is not null))
);
create index contact_due on contact (list_id, priority desc, next_at, rank) where state = 'ready';
create index contact_live on contact (list_id) where state = 'live';

create table contact_number (
    contact_id uuid not null references contact on delete cascade,
    place      int not null,
    number     text not null,
    list_id    uuid not null,
    is_dead    boolean not null default false,
    primary key (contact_id, place)
);
create unique index contact_number_once on contact_number (list_id, number);
create index contact_number_number on contact_number (number);

-- The row is written before the carrier is asked, and its id is in the address to which the carrier tells.
create table dial_attempt (
    id             uuid primary key,
    campaign_id    uuid not null references campaign,
    contact_id     uuid not null references contact,
    number         text not null,
    place          int not null,
    medium         text not null check (medium in ('voice', 'recording', 'sms')),
    state          text not null check (state in ('preview', 'asked', 'ringing', 'answered', 'connected', 'over')),
    verdict        jsonb not null,
    agent_id       uuid references agent,               -- whose it is before anybody answers
    interaction_id uuid references interaction,
    call_id        text,
    sequence       int not null default -1,
    looked_up      int not null default 0,
    is_waited_out  boolean not null default false,      -- nobody was free in time: the message is being said
    created_at     timestamptz not null,
    asked_at       timestamptz,
    ringing_at     timestamptz,
    answered_at    timestamptz,
    connected_at   timestamptz,
    ended_at       timestamptz,
    outcome        text check (outcome in ('talked', 'abandoned', 'hung_up', 'machine', 'busy', 'no_answer', 'failed', 'invalid',
                                           'skipped', 'withdrawn', 'played', 'sent', 'opted_out')),
    is_settled     boolean not null default false,      -- what follows for the contact has followed
    is_refusal     boolean not null default false,
    check ((state = 'over') = (ended_at is not null)),
    check ((state = 'over') = (outcome is not null))
);
create unique index dial_attempt_one_live on dial_attempt (contact_id) where ended_at is null;
create unique index dial_attempt_one_line on dial_attempt (number) where ended_at is null;
create index dial_attempt_number on dial_attempt (number, created_at);
create index dial_attempt_campaign on dial_attempt (campaign_id, created_at);
create index dial_attempt_contact on dial_attempt (contact_id, created_at);
create index dial_attempt_live on dial_attempt (campaign_id) where ended_at is null;
create index dial_attempt_unsettled on dial_attempt (campaign_id) where ended_at is not null and not is_settled;
create index dial_attempt_interaction on dial_attempt (interaction_id) where interaction_id is not null;
