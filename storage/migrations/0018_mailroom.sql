-- Sorting what comes in, by account: which queue, how urgent, what waits for nobody; and what is acknowledged.

create table sorting_rule (
    id         uuid primary key,
    account_id uuid not null references channel_account on delete cascade,
    name       text not null check (name <> ''),
    position   int not null,
    conditions jsonb not null default '{}',
    actions    jsonb not null default '{}',
    is_active  boolean not null default true,
    version    int not null default 1,
    unique (account_id, name)
);
create index sorting_rule_account on sorting_rule (account_id, position);

create table acknowledgement (
    account_id uuid primary key references channel_account on delete cascade,
    mode       text not null check (mode in ('never', 'closed', 'always')),
    texts      jsonb not null default '{}',    -- language -> text with {customer.name}, {interaction.number}, {answer_by}
    answer_minutes int not null default 480 check (answer_minutes between 1 and 100000),
    version    int not null default 1
);

-- Who was answered by the machine, and when: storms end here.
create table acknowledged (
    account_id uuid not null references channel_account on delete cascade,
    address    text not null,
    at         timestamptz not null,
    primary key (account_id, address)
);
create index acknowledged_at on acknowledged (account_id, at);
