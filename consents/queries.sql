-- name: add_listed
-- A number is reached by no path from now on; what was known of it stays.
insert into do_not_call (number, reason, source, note, added_by, added_at)
values (:number::text, :reason::text, :source::text, :note::text, :added_by::text, :added_at::timestamptz)
on conflict (number) do nothing
returning number

-- name: drop_listed
-- It may be reached again; `only` says for which reasons it may have been listed.
delete from do_not_call where number = :number::text and (:only::text is null or reason = :only) returning number, reason

-- name: listed_among
-- Which of these numbers must not be reached.
select number from do_not_call where number = any(:numbers::text[])

-- name: list_listed
-- Numbers that opted out, newest first.
select number, reason, source, note, added_by, added_at from do_not_call
where (:digits::text is null or number like '%' || :digits || '%') and (:reason::text is null or reason = :reason)
  and (:before_at::timestamptz is null or (added_at, number) < (:before_at, :before_number::text))
order by added_at desc, number desc limit :most::int

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
