create function opportunity_sum_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into opportunity_sum as kept (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
        select case when is_private then '*' else '' end,
            stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability,
            pg_backend_pid(), count(*),
            sum(bid_value / 1000000000), sum(bid_value % 1000000000)
        from new_rows where deleted_on is null group by 1, 2, 3, 4, 5, 6
        on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = kept.number + excluded.number,
        billions = kept.billions + excluded.billions,
        rest = kept.rest + excluded.rest;
        if exists (select from new_rows where is_private) then
            insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
            select changed.id, people.person_id, stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability, bid_value
            from new_rows changed cross join lateral (
                select changed.responsible_id as person_id union
                select person_id from opportunity_access where opportunity_id = changed.id
            ) people
            where is_private and deleted_on is null
            on conflict (opportunity_id, person_id) do nothing;
        end if;
    elsif tg_op = 'DELETE' then
        insert into opportunity_sum as kept (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
        select case when is_private then '*' else '' end,
            stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability,
            pg_backend_pid(), -count(*),
            -sum(bid_value / 1000000000), -sum(bid_value % 1000000000)
        from old_rows where deleted_on is null group by 1, 2, 3, 4, 5, 6
        on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = kept.number + excluded.number,
        billions = kept.billions + excluded.billions,
        rest = kept.rest + excluded.rest;
        delete from opportunity_viewer where opportunity_id in (select id from old_rows);
    elsif exists (
        select stage_id, responsible_id, bid_currency, bid_type, bid_value, per_period_value, success_probability, is_private, deleted_on, id from new_rows
        except select stage_id, responsible_id, bid_currency, bid_type, bid_value, per_period_value, success_probability, is_private, deleted_on, id from old_rows
    ) then
        insert into opportunity_sum as kept (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
        select case when is_private then '*' else '' end,
            stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability,
            pg_backend_pid(), sum(sign),
            sum(sign * (bid_value / 1000000000)), sum(sign * (bid_value % 1000000000))
        from (
            select stage_id, responsible_id, bid_currency, bid_type, bid_value, per_period_value, success_probability, is_private, deleted_on, 1 as sign from new_rows union all
            select stage_id, responsible_id, bid_currency, bid_type, bid_value, per_period_value, success_probability, is_private, deleted_on, -1 from old_rows
        ) changed
        where deleted_on is null group by 1, 2, 3, 4, 5, 6
        on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = kept.number + excluded.number,
        billions = kept.billions + excluded.billions,
        rest = kept.rest + excluded.rest;
        if exists (select from old_rows where is_private) then
            delete from opportunity_viewer where opportunity_id in (
                select id from old_rows where is_private);
        end if;
        if exists (select from new_rows where is_private) then
            insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
            select changed.id, people.person_id, stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability, bid_value
            from new_rows changed cross join lateral (
                select changed.responsible_id as person_id union
                select person_id from opportunity_access where opportunity_id = changed.id
            ) people
            where is_private and deleted_on is null
            on conflict (opportunity_id, person_id) do nothing;
        end if;
    end if;
    return null;
end $$
;;
create function opportunity_viewer_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into opportunity_sum as kept (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
        select person_id, stage_id, responsible_id, bid_currency, periods, success_probability, pg_backend_pid(),
            count(*), sum(bid_value / 1000000000), sum(bid_value % 1000000000)
        from new_rows group by 1, 2, 3, 4, 5, 6
        on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = kept.number + excluded.number,
        billions = kept.billions + excluded.billions,
        rest = kept.rest + excluded.rest;
    else
        insert into opportunity_sum as kept (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot, number, billions, rest)
        select person_id, stage_id, responsible_id, bid_currency, periods, success_probability, pg_backend_pid(),
            -count(*), -sum(bid_value / 1000000000), -sum(bid_value % 1000000000)
        from old_rows group by 1, 2, 3, 4, 5, 6
        on conflict (audience, stage_id, responsible_id, bid_currency, periods, success_probability, slot) do update set
        number = kept.number + excluded.number,
        billions = kept.billions + excluded.billions,
        rest = kept.rest + excluded.rest;
    end if;
    return null;
end $$
;;
create function opportunity_access_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        -- Held, so that nobody changes the opportunity until this is committed.
        perform from opportunity where id in (select opportunity_id from new_rows)
        and is_private and deleted_on is null order by id for share;
        if found then
            insert into opportunity_viewer (opportunity_id, person_id, stage_id, responsible_id, bid_currency, periods, success_probability, bid_value)
            select o.id, new_rows.person_id, stage_id, responsible_id, bid_currency, case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end, success_probability, bid_value
            from new_rows join opportunity o on o.id = new_rows.opportunity_id
            where is_private and deleted_on is null
            on conflict (opportunity_id, person_id) do nothing;
        end if;
    else
        perform from opportunity where id in (select opportunity_id from old_rows)
        and is_private and deleted_on is null order by id for share;
        delete from opportunity_viewer using old_rows
        where opportunity_viewer.opportunity_id = old_rows.opportunity_id
        and opportunity_viewer.person_id = old_rows.person_id
        and not exists (
            select from opportunity where id = old_rows.opportunity_id
            and responsible_id = old_rows.person_id);
    end if;
    return null;
end $$
;;
create trigger opportunity_sum_insert after insert on opportunity
referencing new table as new_rows for each statement execute function opportunity_sum_change()
;;
create trigger opportunity_sum_update after update on opportunity
referencing old table as old_rows new table as new_rows for each statement execute function opportunity_sum_change()
;;
create trigger opportunity_sum_delete after delete on opportunity
referencing old table as old_rows for each statement execute function opportunity_sum_change()
;;
create trigger opportunity_viewer_insert after insert on opportunity_viewer
referencing new table as new_rows for each statement execute function opportunity_viewer_change()
;;
create trigger opportunity_viewer_delete after delete on opportunity_viewer
referencing old table as old_rows for each statement execute function opportunity_viewer_change()
;;
create trigger opportunity_access_insert after insert on opportunity_access
referencing new table as new_rows for each statement execute function opportunity_access_change()
;;
create trigger opportunity_access_delete after delete on opportunity_access
referencing old table as old_rows for each statement execute function opportunity_access_change()
