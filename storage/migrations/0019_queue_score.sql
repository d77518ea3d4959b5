-- Queues whose order is custom say by which score agents are sorted (routing/engine/scores.py).

alter table queue add column score text not null default 'closest' check (score <> '');
