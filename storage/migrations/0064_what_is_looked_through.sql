-- Several times a second somebody looks for what is due: that must not cost more with every conversation that is over.
create index work_wrap_up on work (wrap_up_until) where state = 'wrap_up';
-- How far one list is says nothing of the millions in others.
create index contact_progress on contact (list_id, state, priority);
-- A file goes with the last that has it.
create index attachment_file on attachment (sha256);
