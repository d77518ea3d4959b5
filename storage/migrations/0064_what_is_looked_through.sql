-- Several times a second somebody looks for what is due: that must not cost more with every conversation that is over.
create index work_wrap_up on work (wrap_up_until) where state = 'wrap_up';
-- A file goes with the last that has it.
create index attachment_file on attachment (sha256);
