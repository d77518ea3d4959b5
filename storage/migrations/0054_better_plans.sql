-- A day that stands is thought over: what that would save is a proposal of its own kind.

alter table plan_run drop constraint plan_run_kind_check;
alter table plan_run add constraint plan_run_kind_check
    check (kind in ('day', 'insertion', 'absence', 'what_if', 'better'));
