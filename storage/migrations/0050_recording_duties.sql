-- How many days a law wants a recording to be kept at least; the longer of it and the rule of keeping counts.
alter table call_recording add column least_days int check (least_days > 0);
