-- What providers granted by OAuth 2: an access token while it lives, and the refresh token that came with it, sealed.
-- `origin` is the digest of what an administrator entered; one process at a time renews a grant.

create table oauth_grant (
    origin bytea primary key check (octet_length(origin) = 32),
    sealed bytea,
    claim bigint not null default 1,
    claimed_until timestamptz,
    renewed_at timestamptz not null default clock_timestamp()
);
