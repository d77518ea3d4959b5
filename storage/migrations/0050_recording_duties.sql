-- How many days a law lets a recording be kept at most; the shorter of it and the rule of keeping counts.
alter table call_recording add column most_days int check (most_days > 0);
