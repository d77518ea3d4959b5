-- Whoever writes events learns their positions, so that readers in the same process need not ask for them.

drop function append_events(text[], timestamptz[], text, text[], text[], text[]);

create function append_events(kinds text[], ats timestamptz[], actor text, subjects text[], audiences text[], datas text[])
returns table (seq bigint, at timestamptz) language plpgsql as $$
#variable_conflict use_column
begin
    perform pg_current_xact_id();
    return query
    insert into event_log (seq, at, kind, actor, subject, audience, data)
    select nextval('event_seq'), coalesce(e.at, clock_timestamp()), e.kind, append_events.actor, e.subject,
           string_to_array(e.audience, E'\x1f'), e.data::jsonb
    from unnest(kinds, ats, subjects, audiences, datas) with ordinality as e (kind, at, subject, audience, data, n)
    order by e.n
    returning event_log.seq, event_log.at;
end $$;
