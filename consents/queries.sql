-- name: add_listed
-- A number is reached no more, by one account or at all; while it is listed already, what was known of it stays.
insert into opt_out (number, account_id, heard_by, reason, said_by, word, source, note, added_by, added_at)
values (:number::text, :account_id::uuid, :heard_by::uuid, :reason::text, :said_by::text, :word::text, :source::text, :note::text,
        :added_by::text, :added_at::timestamptz)
on conflict (number, account_id) do update set heard_by = excluded.heard_by, reason = excluded.reason, said_by = excluded.said_by,
    word = excluded.word, source = excluded.source, note = excluded.note, added_by = excluded.added_by, added_at = excluded.added_at,
    is_lifted = false
where opt_out.is_lifted
returning number

-- name: lift_all
-- A number may be reached again by every way; that it was listed is not forgotten.
update opt_out set is_lifted = true, said_by = 'staff', added_by = :added_by::text, added_at = :added_at::timestamptz
where number = :number::text and not is_lifted
returning reason, account_id

-- name: lift_own
-- What one account heard is taken back: what holds for it alone, and what a word of their own did everywhere.
update opt_out set is_lifted = true, heard_by = coalesce(:account_id::uuid, heard_by), said_by = :said_by::text, word = :word::text,
    added_by = :added_by::text, added_at = :added_at::timestamptz
where number = :number::text and not is_lifted and (account_id = :account_id or (account_id is null and reason = 'stop_word'))
returning reason, account_id

-- name: listed_among
-- Which of these numbers must not be reached, by this account or at all.
select distinct number from opt_out
where number = any(:numbers::text[]) and not is_lifted and (account_id is null or account_id = :account_id::uuid)

-- name: list_listed
-- Numbers that opted out, newest first.
select o.number, o.reason, o.source, o.note, o.added_by, o.added_at, o.account_id, a.name as account_name
from opt_out o left join channel_account a on a.id = o.account_id
where not o.is_lifted and (:digits::text is null or o.number like '%' || :digits || '%') and (:reason::text is null or o.reason = :reason)
  and (:before_at::timestamptz is null or (o.added_at, o.number) < (:before_at, :before_number::text))
order by o.added_at desc, o.number desc limit :most::int

-- name: add_consent
-- Somebody agreed.
insert into consent (id, number, purpose, given_at, source, proof, text_version, recorded_by, recorded_at)
values (:id::uuid, :number::text, :purpose::text, :given_at::timestamptz, :source::text, :proof::text, :text_version::text,
        :recorded_by::text, :recorded_at::timestamptz)

-- name: consents_of
-- All that one number has agreed to, newest first.
select id, number, purpose, given_at, source, proof, text_version, recorded_by, recorded_at, revoked_at
from consent where number = :number::text order by given_at desc, id desc limit 200

-- name: consented_among
-- What these numbers agree to now.
select distinct number, purpose from consent
where number = any(:numbers::text[]) and revoked_at is null and given_at <= :now::timestamptz

-- name: revoke_consent
-- Not any more.
update consent set revoked_at = :now::timestamptz where id = :id::uuid and revoked_at is null returning id, number, purpose

-- name: revoke_consents
-- Whoever opts out has agreed to nothing any more.
update consent set revoked_at = :now::timestamptz where number = :number::text and revoked_at is null

-- name: refuse_mail
-- No more mail of this kind to this address; no row when it was known.
insert into mail_opt_out (address, mail_list, at) values (:address::text, :mail_list::text, :at::timestamptz)
on conflict (address, mail_list) do nothing returning 1

-- name: is_mail_refused
-- Whether somebody wants no more of it.
select exists (select from mail_opt_out where address = :address::text and mail_list = :mail_list::text)
