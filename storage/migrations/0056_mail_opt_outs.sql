-- Who wants no more mail of a kind that goes to many, said by the link in such a mail (RFC 8058).

create table mail_opt_out (
    address   text not null check (address <> '' and address = lower(address)),
    mail_list text not null check (mail_list in ('solutions', 'campaigns', 'surveys')),
    at        timestamptz not null,
    primary key (address, mail_list)
);
