-- What promises are made by, as texts: policies, calendars with their branches, and which branch lies below which.
create view sla_rules as
select
    (select coalesce(jsonb_agg(to_jsonb(p) order by p.position, p.name), '[]') from sla_policy p)::text as policies,
    (select coalesce(jsonb_agg(to_jsonb(c) || jsonb_build_object('branches', array(
        select b.branch_id from sla_branch b where b.calendar_id = c.id order by b.branch_id)) order by c.name), '[]')
     from sla_calendar c)::text as calendars,
    (select coalesce(jsonb_object_agg(b.id, b.parent_id), '{}') from branch b)::text as parents;
