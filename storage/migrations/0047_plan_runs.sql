-- Plans that were accepted can be taken back while nothing moved since: what they changed is kept.

alter table plan_run drop constraint plan_run_state_check;
alter table plan_run add constraint plan_run_state_check
    check (state in ('proposed', 'accepted', 'stale', 'refused', 'undone'));
alter table plan_run add column applied jsonb;    -- for each visit: what it was before, and its version after
