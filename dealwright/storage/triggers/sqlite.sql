create trigger opportunity_sum_insert after insert on opportunity
when new.deleted_on is null begin
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    select case when new.is_private then '*' else '' end,
        new.stage_id, new.responsible_id, new.bid_currency, case when new.bid_type = 0 or new.per_period_value = 0 then 1 else new.per_period_value end, new.success_probability,
        0, 1, (new.bid_value / 1000000000), (new.bid_value % 1000000000)
    where true
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
    insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
    select new.id, person_id, new.stage_id, new.responsible_id, new.bid_currency, case when new.bid_type = 0 or new.per_period_value = 0 then 1 else new.per_period_value end, new.success_probability, new.bid_value
    from (
        select new.responsible_id as person_id
        union select person_id from opportunity_access where opportunity_id = new.id
    )
    where new.is_private
    on conflict (opportunity_id, person_id) do nothing;
end
;;
create trigger opportunity_sum_delete after delete on opportunity
when old.deleted_on is null begin
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    select case when old.is_private then '*' else '' end,
        old.stage_id, old.responsible_id, old.bid_currency, case when old.bid_type = 0 or old.per_period_value = 0 then 1 else old.per_period_value end, old.success_probability,
        0, -1, -(old.bid_value / 1000000000), -(old.bid_value % 1000000000)
    where true
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
    delete from opportunity_viewer where opportunity_id = old.id;
end
;;
create trigger opportunity_sum_update after update of stage_id, responsible_id, bid_currency, bid_type, bid_value,
per_period_value, success_probability, is_private, deleted_on on opportunity
when old.stage_id is not new.stage_id
or old.responsible_id is not new.responsible_id
or old.bid_currency is not new.bid_currency
or old.bid_type is not new.bid_type
or old.bid_value is not new.bid_value
or old.per_period_value is not new.per_period_value
or old.success_probability is not new.success_probability
or old.is_private is not new.is_private
or old.deleted_on is not new.deleted_on begin
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    select case when old.is_private then '*' else '' end,
        old.stage_id, old.responsible_id, old.bid_currency, case when old.bid_type = 0 or old.per_period_value = 0 then 1 else old.per_period_value end, old.success_probability,
        0, -1, -(old.bid_value / 1000000000), -(old.bid_value % 1000000000)
    where old.deleted_on is null
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
    delete from opportunity_viewer where opportunity_id = old.id;
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    select case when new.is_private then '*' else '' end,
        new.stage_id, new.responsible_id, new.bid_currency, case when new.bid_type = 0 or new.per_period_value = 0 then 1 else new.per_period_value end, new.success_probability,
        0, 1, (new.bid_value / 1000000000), (new.bid_value % 1000000000)
    where new.deleted_on is null
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
    insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
    select new.id, person_id, new.stage_id, new.responsible_id, new.bid_currency, case when new.bid_type = 0 or new.per_period_value = 0 then 1 else new.per_period_value end, new.success_probability, new.bid_value
    from (
        select new.responsible_id as person_id
        union select person_id from opportunity_access where opportunity_id = new.id
    )
    where new.is_private and new.deleted_on is null
    on conflict (opportunity_id, person_id) do nothing;
end
;;
create trigger opportunity_viewer_insert after insert on opportunity_viewer begin
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    values (new.person_id, new.stage_id, new.responsible_id, new.bid_currency, new.periods,
        new.success_probability, 0, 1, (new.bid_value / 1000000000),
        (new.bid_value % 1000000000))
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
end
;;
create trigger opportunity_viewer_delete after delete on opportunity_viewer begin
    insert into opportunity_sum (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
    values (old.person_id, old.stage_id, old.responsible_id, old.bid_currency, old.periods,
        old.success_probability, 0, -1, -(old.bid_value / 1000000000),
        -(old.bid_value % 1000000000))
    on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = number + excluded.number,
        billions = billions + excluded.billions,
        rest = rest + excluded.rest;
end
;;
create trigger opportunity_viewer_grant after insert on opportunity_access begin
    insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
    select o.id, new.person_id, o.stage_id, o.responsible_id, o.bid_currency, case when o.bid_type = 0 or o.per_period_value = 0 then 1 else o.per_period_value end, o.success_probability, o.bid_value
    from opportunity o where o.id = new.opportunity_id and o.is_private and o.deleted_on is null
    on conflict (opportunity_id, person_id) do nothing;
end
;;
create trigger opportunity_viewer_revoke after delete on opportunity_access begin
    delete from opportunity_viewer
    where opportunity_id = old.opportunity_id and person_id = old.person_id
    and person_id <> (select responsible_id from opportunity where id = old.opportunity_id);
end
